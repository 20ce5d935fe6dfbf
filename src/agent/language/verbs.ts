import { parseClaim } from './claim.js';
import type { Instruction } from './instruction.js';
import { readChords } from './keys.js';
import { parsePath, parseReading } from './reading.js';
import { quotedText, type Sentence } from './sentence.js';
import { isPlainName, parseTarget, type Target } from './target.js';
import { readScroll, readWait, readWindow, thirdPerson } from './verbsOfView.js';
import type { Button } from '../../desktop/types.js';

export type Reader = (sentence: Sentence, words: string) => Instruction | undefined;

/** Reads one instruction by the verb that it begins with. */
export function readVerb(sentence: Sentence, words: string): Instruction | undefined {
  for (const read of readers) {
    const instruction = read(sentence, words);
    if (instruction !== undefined) return instruction;
  }
  return undefined;
}

/** Another instruction follows; a name that is not quoted cannot hold one. */
const joined =
  /(?:[,;.]| and| then) (?:then )?(?:activate|add|append|check|choose|clear|click|close|dismiss|double|drag|empty|enter|fill|hit|hover|input|launch|move|open|pick|point|press|push|put|quit|right|run|scroll|select|start|tap|tick|type|uncheck|untick|use|wait|write)(?: |-|$)/i;
/** Words that names have as well, with a capital, as in "Cut and Paste". */
const joinedSmall =
  /(?:[,;.]| and| then) (?:then )?(?:collapse|copy|ensure|expand|make|maximi[sz]e|note|paste|remember|save|set|switch|toggle|verify)(?: |-|$)/;

/** A reader for sentences that begin with one of `verbs`; it gets what follows the verb. */
function verb(verbs: string, read: Reader): Reader {
  const pattern = new RegExp(`^(?:${verbs})(?: |$)`, 'i');
  return (sentence, words) => {
    const found = pattern.exec(words);
    return found === null ? undefined : read(sentence, words.slice(found[0].length).trim());
  };
}

/** A reader for sentences that are nothing but these words. */
function only(words: string, instruction: Instruction): Reader {
  const pattern = new RegExp(`^(?:${words})$`, 'i');
  return (_, said) => (pattern.test(said) ? instruction : undefined);
}

function isJoined(words: string): boolean {
  return joined.test(words) || joinedSmall.test(words);
}

export function readTarget(sentence: Sentence, words: string): Target | undefined {
  return isJoined(words) ? undefined : parseTarget(sentence, words);
}

/** What a click or a key is meant for, which is for the reader alone. */
const purpose =
  /,? to (?:confirm|continue|proceed|finish|submit|search|accept|cancel|(?:close|save|accept|submit|confirm|dismiss|leave|open|apply)(?: (?:it|them|(?:the|all|your) [a-z]+)))$/i;

const click =
  (button: Button, count: 1 | 2): Reader =>
  (sentence, words) => {
    const said = words.replace(/^(?:on|at|in|into|inside) /i, '').replace(purpose, '');
    const target = readTarget(sentence, said);
    // The middle of a window is whatever happens to be there.
    if (target === undefined || target.kind === 'window' || target.kind === 'dialog') return undefined;
    return { do: 'click', target, button, count };
  };

/** `clear`: the verb says that a box is meant. "Check the result" asks to look, so there the name is quoted or the kind said. */
const check =
  (checked: boolean, verbs: 'clear' | 'vague'): Reader =>
  (sentence, words) => {
    const target = readTarget(sentence, words);
    if (target === undefined) return undefined;
    const kinds = ['check box', 'radio button', 'menu item'];
    const { kind, ...rest } = target;
    const isBox = kinds.includes(kind ?? '') || / box$/i.test(words);
    if (!isBox && !words.includes('⟦') && (verbs === 'vague' || target.name === undefined)) return undefined;
    // "The box" and "the option" are check boxes here.
    return { do: 'check', target: kind !== undefined && kinds.includes(kind) ? target : rest, checked };
  };

/** `turn "Sound" on`, `switch Dark mode off`. */
function readTurn(sentence: Sentence, words: string): Instruction | undefined {
  const [, what = '', to = ''] = /^(?:turn|switch) (.+) (on|off)$/i.exec(words) ?? [];
  return what === '' ? undefined : check(/^on$/i.test(to), 'clear')(sentence, what);
}

const expand =
  (expanded: boolean): Reader =>
  (sentence, words) => {
    const target = readTarget(sentence, words);
    return target && { do: 'expand', target, expanded };
  };

/** Names of buttons that need no quotes after "press". */
const usual = /^(?:OK|Cancel|Yes|No|Apply|Next|Back|Finish|Continue|Done|Submit)$/;

const press = (...keys: readonly string[]): Instruction => ({ do: 'press', chords: [keys] });

const readers: readonly Reader[] = [
  verb(
    'verify|assert|ensure|expect|make sure|you should see|confirm(?= that)|check(?= (?:that|whether|if) )|see(?= that)',
    (sentence, words) => {
      const said = words.replace(/^(?:that|whether|if) /i, '');
      const claim = parseClaim(sentence, said) ?? parseClaim(sentence, thirdPerson(said));
      return claim && { do: 'expect', claim };
    },
  ),
  readLook,
  only('select all(?: (?:the )?text)?|select everything', press('Ctrl', 'A')),
  verb('select all(?: the)? (?:text|of it) in|select everything in', (sentence, words) => {
    const target = readTarget(sentence, words);
    return target && { do: 'press', chords: [['Ctrl', 'A']], target };
  }),
  only('copy(?: (?:it|the selection|the selected text))?', press('Ctrl', 'C')),
  only('cut(?: (?:it|the selection|the selected text))?', press('Ctrl', 'X')),
  only('paste(?: (?:it|the clipboard|the text))?(?: from the clipboard)?', press('Ctrl', 'V')),
  verb('paste(?: (?:it|the clipboard|the text))? (?:in|into)', (sentence, words) => {
    const target = readTarget(sentence, words);
    return target && { do: 'press', chords: [['Ctrl', 'V']], target };
  }),
  only('undo(?: (?:it|the (?:last )?(?:change|action)))?', press('Ctrl', 'Z')),
  only('save(?: (?:it|the (?:file|document|changes)))?', press('Ctrl', 'S')),
  only('(?:reload|refresh)(?: (?:it|the page))?', press('F5')),
  only('go to the (?:very )?end of the (?:document|text|file)', press('Ctrl', 'End')),
  only('go to the (?:very )?(?:beginning|start|top) of the (?:document|text|file)', press('Ctrl', 'Home')),
  verb(
    '(?:save|copy|cut|paste|undo|redo|close|quit|open|find|print|search|refresh|reload)(?: (?:it|the \\S+))? (?:with|by pressing|using)',
    (_, words) => {
      const chords = readChords(words);
      return chords && { do: 'press', chords };
    },
  ),
  verb('copy|put', (sentence, words) => {
    const text = quotedText(
      sentence,
      /^(⟦\d+⟧) (?:(?:in)?to|on(?:to)?) the clipboard$/i.exec(words)?.[1] ?? '',
    );
    return text === undefined || text === '' ? undefined : { do: 'copy', text };
  }),
  verb('note|remember|record|store|memori[sz]e|keep|read', readRemember),
  verb('press|hit|use', (sentence, said) => {
    const words = said.replace(purpose, '');
    const [, keys = words, where] = /^(.+?) (?:in|on|inside|into) (.+)$/i.exec(words) ?? [];
    const chords = readChords(words) ?? readChords(keys);
    const target =
      where === undefined || readChords(words) !== undefined ? undefined : readTarget(sentence, where);
    if (chords === undefined || (target === undefined && readChords(words) === undefined)) return undefined;
    return { do: 'press', chords, ...(target === undefined ? {} : { target }) };
  }),
  verb('press|hit', (sentence, words) => {
    const instruction = click('left', 1)(sentence, words);
    if (instruction?.do !== 'click') return undefined;
    const { name, kind } = instruction.target;
    // "Press Enter in …" is no click at something called Enter.
    const isMeant = kind === 'button' || sentence.quoted.includes(name ?? '') || usual.test(name ?? '');
    return isMeant ? instruction : undefined;
  }),
  verb('wait', readWait),
  verb('type|enter|write|input|insert', readType),
  verb('append|add', (sentence, words) => {
    const [, what = '', to = ''] = /^(⟦\d+⟧) (?:to|at) (?:the (?:very )?end of )?(.+)$/i.exec(words) ?? [];
    const text = quotedText(sentence, what);
    const target = readTarget(sentence, to);
    return text === undefined || text === '' || target === undefined
      ? undefined
      : { do: 'type', text, target, append: true };
  }),
  readMenuBar,
  readChooser,
  verb('open|choose|select|click|go to|pick', readMenu),
  verb('select|choose|pick', readSelect),
  verb('set|change|adjust|move the slider|drag the slider', readSet),
  verb('scroll', readScroll),
  verb('drag(?: and drop)?|move(?! the (?:mouse|pointer|cursor))', (sentence, words) => {
    const [, what = '', where = ''] = /^(.+?) (?:(?:on|in)to|to|over|onto) (.+)$/i.exec(words) ?? [];
    if (/^(?:the )?(?:.+ )?slider(?: .+)?$/i.test(what) && /^-?\d/.test(where))
      return readSet(sentence, words);
    const [from, to] = [readTarget(sentence, what), readTarget(sentence, where)];
    return from === undefined || to === undefined ? undefined : { do: 'drag', from, to };
  }),
  verb('run the command|run command|execute(?: the command)?', (sentence, words) => {
    const command = quotedText(sentence, words);
    return command === undefined || command.trim() === '' ? undefined : { do: 'run', command };
  }),
  verb('fill(?: in| out)?|replace the (?:text|content|contents|value) (?:in|of)', (sentence, words) => {
    const [, into = '', what = ''] = /^(.+?) (?:with|by) (⟦\d+⟧)$/i.exec(words) ?? [];
    const text = quotedText(sentence, what);
    const target = readTarget(sentence, into);
    return text === undefined || target === undefined ? undefined : { do: 'type', text, target };
  }),
  verb('clear|empty|delete the (?:text|content|contents) (?:in|of)', (sentence, words) => {
    const target = readTarget(sentence, words);
    const meant = target !== undefined && (words.includes('⟦') || target.kind === 'field');
    return meant && target.kind !== 'check box' ? { do: 'type', text: '', target } : undefined;
  }),
  verb('right[- ]click(?: on)?|open the context menu (?:of|on|for)', click('right', 1)),
  verb('open(?! the context menu)|go to|switch to|show', readOpen),
  verb('double[- ]click(?: on)?', click('left', 2)),
  verb('middle[- ]click(?: on)?', click('middle', 1)),
  verb('check|activate the option|mark', check(true, 'vague')),
  verb('tick|enable|turn on|switch on', check(true, 'clear')),
  verb(
    'uncheck|untick|disable|turn off|switch off|unmark|deselect|clear the check box',
    check(false, 'clear'),
  ),
  readTurn,
  verb('expand|unfold', expand(true)),
  verb('collapse|fold', expand(false)),
  verb('choose|select|pick', (sentence, words) =>
    // What is chosen is no field.
    click('left', 1)(sentence, words.replace(/(?<!menu|list|tree|text|input) entry\b/i, ' item')),
  ),
  verb('(?:left[- ])?click|push|tap|activate|toggle|follow', click('left', 1)),
  verb('focus(?: on)?|(?:put|place|set) the (?:text )?cursor (?:in|into|inside|on)', click('left', 1)),
  verb(
    'hover (?:the (?:mouse|pointer) )?over|hover|point (?:at|to)|(?:put|move|place) the (?:mouse(?: pointer)?|pointer|cursor) (?:over|on|onto|to)',
    (sentence, words) => {
      const target = readTarget(sentence, words.replace(/ without clicking$/i, ''));
      return target && { do: 'hover', target };
    },
  ),
  readAnswer,
  readWindow,
  verb('close|dismiss|quit|exit', readClose),
  verb('launch|start|run', readLaunch),
];

/** `Take a screenshot named "start"`, `Look at the screen`. */
function readLook(sentence: Sentence, words: string): Instruction | undefined {
  if (/^look at the (?:screen|window)$/i.test(words)) return { do: 'look' };
  const [look, masked] =
    /^take a (?:screenshot|picture)(?: of the (?:screen|window))?(?: (?:named|called|as) (⟦\d+⟧))?$/i.exec(
      words,
    ) ?? [];
  const name = masked === undefined ? undefined : quotedText(sentence, masked);
  return look === undefined ? undefined : { do: 'look', ...(name === undefined ? {} : { name }) };
}

/** `the value of "Size" as before`; a name is a word, or several in quotes. */
function readRemember(sentence: Sentence, words: string): Instruction | undefined {
  const [, what = '', said = ''] =
    /^(.+?) (?:as|in|under(?: the name)?) (⟦\d+⟧|[\p{L}\d_-]+)$/iu.exec(words) ?? [];
  const reading = what === '' ? undefined : parseReading(sentence, what);
  const as = (quotedText(sentence, said) ?? said).trim().toLowerCase();
  return reading === undefined || as === '' ? undefined : { do: 'remember', reading, as };
}

/** `"North" from "Tab position"`, `"Large" in the "Size" list`, `the option "Up"`. */
function readSelect(sentence: Sentence, words: string): Instruction | undefined {
  const [, what = '', how, from = ''] =
    /^(?:the )?(?:option |entry |item |value |row )?(⟦\d+⟧|\p{Lu}[\p{L}\d]*)(?: (?:option|entry|item|row|value|tab))? (from|in|for|as) (.+)$/iu.exec(
      words,
    ) ?? [];
  const option = quotedText(sentence, what) ?? (/^\p{Lu}/u.test(what) && how === 'from' ? what : undefined);
  const target = readTarget(sentence, from);
  return option === undefined || option.trim() === '' || target === undefined
    ? undefined
    : { do: 'select', option, target };
}

/** `"Volume" to 50`, `the "Size" combo box to "Large"`. */
function readSet(sentence: Sentence, words: string): Instruction | undefined {
  const [, what = '', said = ''] = /^(.+?) to (⟦\d+⟧|-?\d+(?:[.,]\d+)? ?%?|on|off)$/i.exec(words) ?? [];
  const value = quotedText(sentence, said) ?? said.replace(/ ?%$/, '');
  const target = readTarget(sentence, what.replace(/^the value of /i, ''));
  return value === '' || target === undefined ? undefined : { do: 'set', target, value };
}

/** Without quotes only a number, or a word that stands before "into". */
function readType(sentence: Sentence, words: string): Instruction | undefined {
  const [, what = '', into] =
    /^(?:the (?:text|word|words|number) )?(⟦\d+⟧|-?\d+(?:[.,]\d+)*)(?: (?:in|into|to|for|as (?:the )?(?:value|text) (?:of|for|in)) (.+))?$/i.exec(
      words,
    ) ?? [];
  const text = quotedText(sentence, what) ?? (what.startsWith('⟦') ? undefined : what);
  if (text === undefined || what === '' || (into === undefined && text === '')) return undefined;
  if (into === undefined) return { do: 'type', text };
  const target = readTarget(sentence, into);
  return target && { do: 'type', text, target };
}

/** `File > Save As…`, also with `→`, `›` or `|`; each part may be quoted. */
function readMenu(sentence: Sentence, words: string): Instruction | undefined {
  if (isJoined(words)) return undefined;
  const [, item, menu] = /^(.+?) (?:from|in) (?:the )?(⟦\d+⟧|\S+) menu$/i.exec(words) ?? [];
  const parts =
    menu === undefined
      ? words.replace(/^the (?:menu )?/i, '').split(/ ?(?:->|>|→|›|») ?| \| /)
      : [menu, item!.replace(/^the /i, '')];
  if (parts.length < 2) return undefined;
  const path = parts.map((part, depth) => {
    const name = depth === 0 ? part.replace(/^menu | menu$/i, '') : part;
    return quotedText(sentence, name) ?? (isPlainName(name) ? name : '');
  });
  return path.some((name) => name.trim() === '') ? undefined : { do: 'menu', path };
}

/** `from the menu bar select Edit, then Preferences`. */
function readMenuBar(sentence: Sentence, words: string): Instruction | undefined {
  const [, path] =
    /^(?:in|from|on) the (?:main )?menu(?: ?bar)?,? (?:select|choose|open|click|pick) (.+)$/i.exec(words) ??
    [];
  return path === undefined
    ? undefined
    : readMenu(sentence, path.replaceAll(/,? (?:and )?then (?:select |choose |click )?|, /gi, ' > '));
}

/** A menu, a combo box or a tab is clicked; a quoted name or a word in small letters may be a program as well. */
function readOpen(sentence: Sentence, words: string): Instruction | undefined {
  const instruction = click('left', 1)(sentence, words);
  const kind = instruction?.do === 'click' ? instruction.target.kind : undefined;
  if (kind === 'menu' || kind === 'combo box' || kind === 'tab' || kind === 'link') return instruction;
  if (kind !== undefined) return undefined;
  const [, file, program] = /^(\S+) (?:with|in|using) (\S+)$/i.exec(words) ?? [];
  const path = file === undefined ? undefined : (parsePath(sentence, file) ?? quotedText(sentence, file));
  if (path !== undefined && program !== undefined) {
    const command = quotedText(sentence, program) ?? (/^[\w./~+-]+$/.test(program) ? program : '');
    return command === '' ? undefined : { do: 'launch', command: `${command} ${shellWord(path)}` };
  }
  const said = /^(?:the )?(?:application|program|app) (.+)$/i.exec(words)?.[1];
  if (said !== undefined) return readLaunch(sentence, said);
  if (/^[\w-]+\.[a-z]\w{1,4}$/i.test(words)) return { do: 'chooseFile', path: `~/${words}`, how: 'open' };
  return /^[a-z][a-z0-9.+-]*$/.test(words) && !/^(?:it|this|that|here|everything)$/.test(words)
    ? { do: 'open', what: words }
    : undefined;
}

/** A path for the shell, which still reads `~/` at its beginning. */
function shellWord(path: string): string {
  const [, home = '', rest = path] = /^(~\/)(.*)$/s.exec(path) ?? [];
  return /^[\w./+-]+$/.test(rest) ? `${home}${rest}` : `${home}'${rest.replaceAll("'", String.raw`'\''`)}'`;
}

/** `Choose the file "~/a.txt"`, `Save the file as "~/b.txt"`, `Open the file "~/a.txt"`. */
function readChooser(sentence: Sentence, words: string): Instruction | undefined {
  const chooser = '(?:in|from|with) the (?:file (?:chooser|dialog|selector|picker)|open dialog|save dialog)';
  const verbs = '(?:choose|select|open|pick|enter)';
  const [, inside] =
    new RegExp(`^${chooser},? ${verbs} (?:the file )?(⟦\\d+⟧|\\S+[./]\\S+)$`, 'i').exec(words) ??
    new RegExp(`^${verbs} (?:the file )?(⟦\\d+⟧|\\S+[./]\\S+) ${chooser}$`, 'i').exec(words) ??
    [];
  if (inside !== undefined) {
    const path = parsePath(sentence, `the file ${inside}`);
    return path === undefined ? undefined : { do: 'chooseFile', path, how: 'open' };
  }
  const [, save] =
    /^save (?:it |the (?:file|document|sheet|page|image) |this )?(?:as|to|under)(?: the name)?:? (.+)$/i.exec(
      words,
    ) ?? [];
  const [, open] =
    /^(?:open|choose|select|pick|load) ((?:the )?(?:file|folder|directory) .+)$/i.exec(words) ?? [];
  const said = save ?? open?.replace(/(?:folder|directory)/i, 'file');
  if (said === undefined) return undefined;
  const text = quotedText(sentence, said);
  const path =
    parsePath(sentence, said) ??
    parsePath(sentence, /^[\w-]+\.\w+$/.test(said) ? `file ${said}` : '') ??
    (text !== undefined && text.trim() !== '' ? `~/${text}` : undefined);
  return path === undefined
    ? undefined
    : { do: 'chooseFile', path, how: save === undefined ? 'open' : 'save' };
}

/** `Confirm the dialog`, `Answer "Yes"`, `Accept it`, `Cancel`. */
function readAnswer(sentence: Sentence, words: string): Instruction | undefined {
  const named = quotedText(
    sentence,
    /^(?:answer|reply|confirm)(?: with)?:? (⟦\d+⟧)$/i.exec(words)?.[1] ?? '',
  );
  if (named !== undefined)
    return { do: 'click', target: { name: named, kind: 'button' }, button: 'left', count: 1 };
  const [, said = ''] =
    /^(confirm|accept|agree|approve|allow|decline|refuse|reject|deny|cancel)(?: (?:to |with )?(?:it|this|the (?:(?:dialog(?:ue)?|message)(?: box)?|question|prompt|alert|warning)))?$/i.exec(
      words,
    ) ?? [];
  if (
    /^(?:discard|do not save|don['’]t save)(?: (?:it|them|the changes|changes|your changes))?$/i.test(words)
  )
    return { do: 'answer', how: 'discard' };
  const [, yes] = /^(?:answer|say) (yes|no)$/i.exec(words) ?? [];
  if (said === '' && yes === undefined) return undefined;
  const refuses = /^(?:decline|refuse|reject|deny|cancel|no)$/i.test(yes ?? said);
  return { do: 'answer', how: refuses ? 'refuse' : 'accept' };
}

function readClose(sentence: Sentence, words: string): Instruction | undefined {
  if (/^(?:the )?(?:application|app|program)$/i.test(words)) return { do: 'close', what: 'window' };
  const [, noun] =
    /^(?:(?:the |this )?(?:active |current |open )?(dialog(?:ue)?(?: box)?|window)|it)$/i.exec(words) ?? [];
  if (noun !== undefined || /^it$/i.test(words)) {
    return { do: 'close', what: /^dialog/i.test(noun ?? '') ? 'dialog' : 'window' };
  }
  const { name, kind = 'window', ordinal, relation } = readTarget(sentence, words) ?? {};
  if (name === undefined || ordinal !== undefined || relation !== undefined) return undefined;
  return kind === 'window' || kind === 'dialog' ? { do: 'close', what: kind, title: name } : undefined;
}

/** Without quotes a command is one word, and further ones that are files or options beyond doubt. */
function readLaunch(sentence: Sentence, words: string): Instruction | undefined {
  const said = words.replace(/^(?:the )?(?:application|program|app|command) /i, '');
  const quoted = quotedText(sentence, said);
  const plain = /^(?!(?:the|an?|it|this|that|over|again|up)\b)[\w./~+-]+(?: \S*[./~=-]\S*)*$/i.test(said);
  const command = quoted ?? (plain && !said.includes('⟦') && !/[,;] /.test(said) ? said : '');
  return command.trim() === '' ? undefined : { do: 'launch', command };
}
