import type { InlineCode, PhrasingContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { literalBrace } from './fill.js';

/** One line of Markdown as plain text. */
export interface Inline {
  readonly text: string;
  /** Where the text begins in the line, behind opening marks such as `**`. */
  readonly offset: number;
  /** The code span, when the line holds nothing else. */
  readonly code?: { readonly text: string; readonly offset: number };
}

// Keeps the line a paragraph whatever it begins with.
const guard = 'x ';

/**
 * Removes emphasis, escapes and code ticks; what stands in double quotes keeps its marks, as it is literal.
 *
 * A brace written `\{` comes back as {@link literalBrace}.
 */
export function readInline(line: string): Inline {
  if (!/[*_`\\<&[\uE000-\uF8FF]/.test(line)) {
    return { text: line.replace(/\s+/g, ' ').trim(), offset: leadingSpace(line) };
  }
  const quotes = protectQuotes(line);
  const root = fromMarkdown(guard + quotes.line);
  const paragraph = root.children[0];
  const nodes = paragraph?.type === 'paragraph' ? paragraph.children : [];
  const text = quotes.restore(plainText(nodes).slice(guard.length)).replace(/\s+/g, ' ').trim();
  const [first, ...others] = nodes.filter((node, index) => !isBlank(node, { first: index === 0 }));
  if (!first) return { text, offset: leadingSpace(line) };
  if (first.type === 'inlineCode' && others.length === 0) {
    const offset = codeOffset(line, first);
    return { text, offset, code: { text: first.value, offset } };
  }
  return { text, offset: first === nodes[0] ? leadingSpace(line) : textOffset(first, line) };
}

// Quoted text is taken out before Markdown can read its marks. Only `\"` and `\\` stay, for readers of the quotes.
function protectQuotes(line: string) {
  const saved: string[] = [];
  const save = (text: string): string => {
    if (saved.length > 0xf8ff - 0xe000) return text;
    saved.push(text);
    return String.fromCharCode(0xe000 + saved.length - 1);
  };
  const pattern = /(`+)[^`](?:[^]*?[^`])?\1(?!`)|\\[^]|(["“])((?:\\.|(?!["”\\]).)*)(["”])|[\uE000-\uF8FF]/g;
  const protectedLine = line.replace(
    pattern,
    (all: string, _ticks, open?: string, quoted?: string, close?: string) => {
      if (/^[\uE000-\uF8FF]$/.test(all)) return save(all);
      if (all === '\\{') return save(literalBrace);
      if (!open || !quoted || (open === '"') !== (close === '"')) return all;
      return open + save(quoted.replace(/\\([!-/:-@[-`{-~])/g, unescape)) + close;
    },
  );
  return {
    line: protectedLine,
    restore: (text: string) =>
      text.replace(/[\uE000-\uF8FF]/g, (mark) => saved[mark.charCodeAt(0) - 0xe000] ?? mark),
  };
}

function unescape(escaped: string, mark: string): string {
  if (mark === '{') return literalBrace;
  return mark === '"' || mark === '\\' ? escaped : mark;
}

function plainText(nodes: readonly PhrasingContent[]): string {
  let text = '';
  const waiting = nodes.toReversed();
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if ('children' in node) waiting.push(...node.children.toReversed());
    else if ('value' in node) text += node.value;
    else text += node.type === 'image' ? (node.alt ?? '') : ' ';
  }
  return text;
}

function isBlank(node: PhrasingContent, { first }: { readonly first: boolean }): boolean {
  if (node.type !== 'text') return node.type === 'break';
  return (first ? node.value.slice(guard.length - 1) : node.value).trim() === '';
}

function startOf(node: PhrasingContent): number {
  return (node.position?.start.offset ?? guard.length) - guard.length;
}

function textOffset(node: PhrasingContent, line: string): number {
  let leaf = node;
  while ('children' in leaf && leaf.children[0]) leaf = leaf.children[0];
  return leaf.type === 'inlineCode' ? codeOffset(line, leaf) : startOf(leaf);
}

function codeOffset(line: string, code: InlineCode): number {
  const start = startOf(code);
  const ticks = /^`+/.exec(line.slice(start))?.[0].length ?? 0;
  // Markdown takes one space off each end of a code span.
  return start + ticks + (line.startsWith(code.value, start + ticks) ? 0 : 1);
}

function leadingSpace(line: string): number {
  return line.length - line.trimStart().length;
}
