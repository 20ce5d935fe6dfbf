import type { Sentence } from './sentence.js';
import { parseTarget, type Target } from './target.js';

/** Another instruction follows; a name that is not quoted cannot hold one. */
const joined =
  /(?:[,;.]| and| then) (?:then )?(?:activate|add|append|check|choose|clear|click|close|dismiss|double|drag|empty|enter|fill|hit|hover|input|launch|move|open|pick|point|press|push|put|quit|right|run|scroll|select|start|tap|tick|type|uncheck|untick|use|wait|write)(?: |-|$)/i;
/** Words that names have as well, with a capital, as in "Cut and Paste". */
const joinedSmall =
  /(?:[,;.]| and| then) (?:then )?(?:collapse|copy|ensure|expand|make|maximi[sz]e|note|paste|remember|save|set|switch|toggle|verify)(?: |-|$)/;

/** Whether what should be one name goes on with another instruction. */
export function isJoined(words: string): boolean {
  return joined.test(words) || joinedSmall.test(words);
}

/** Reads a phrase as a target, where no other instruction follows in it. */
export function readTarget(sentence: Sentence, words: string): Target | undefined {
  return isJoined(words) ? undefined : parseTarget(sentence, words);
}
