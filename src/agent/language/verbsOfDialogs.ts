import type { Instruction } from './instruction.js';
import { parsePath } from './reading.js';
import { quotedText, type Sentence } from './sentence.js';
import { readTarget } from './joint.js';

/** `Choose the file "~/a.txt"`, `Save the file as "~/b.txt"`, `Open the file "~/a.txt"`. */
export function readChooser(sentence: Sentence, words: string): Instruction | undefined {
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
export function readAnswer(sentence: Sentence, words: string): Instruction | undefined {
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

export function readClose(sentence: Sentence, words: string): Instruction | undefined {
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
export function readLaunch(sentence: Sentence, words: string): Instruction | undefined {
  const said = words.replace(/^(?:the )?(?:application|program|app|command) /i, '');
  const quoted = quotedText(sentence, said);
  const plain = /^(?!(?:the|an?|it|this|that|over|again|up)\b)[\w./~+-]+(?: \S*[./~=-]\S*)*$/i.test(said);
  const command = quoted ?? (plain && !said.includes('⟦') && !/[,;] /.test(said) ? said : '');
  return command.trim() === '' ? undefined : { do: 'launch', command };
}
