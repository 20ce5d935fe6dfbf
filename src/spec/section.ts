import type { Heading, Root, RootContent } from 'mdast';
import { endsOf } from './body.js';
import { oneLine } from './expectation.js';
import { readInline } from './inline.js';
import { labelName } from './label.js';
import { rangeOf } from './line.js';
import type { Source } from './source.js';

/** A heading and the blocks up to the next one. */
export interface Section {
  /** 0 for what stands before the first heading. */
  readonly depth: number;
  readonly title: string;
  /** Tags of this heading alone. */
  readonly tags: readonly string[];
  readonly offset: number;
  /** Where the heading ends. */
  readonly end: number;
  readonly parent: Section | undefined;
  readonly blocks: RootContent[];
}

/** Cuts a document at its headings; a heading such as `### Expected Results` is a label in its section. */
export function readSections(source: Source, root: Root): readonly Section[] {
  let current: Section = { depth: 0, title: '', tags: [], offset: 0, end: 0, parent: undefined, blocks: [] };
  const sections = [current];
  for (const block of root.children) {
    if (block.type === 'heading' && !isLabel(source, { heading: block, within: current })) {
      let parent: Section | undefined = current;
      while (parent && parent.depth >= block.depth) parent = parent.parent;
      current = openSection(source, { heading: block, parent });
      sections.push(current);
    } else current.blocks.push(block);
  }
  return sections;
}

function isLabel(
  source: Source,
  { heading, within }: { readonly heading: Heading; readonly within: Section },
): boolean {
  const named = labelName(source.text.slice(...endsOf(heading.children))) !== 'other';
  return named && within.depth > 0 && heading.depth > within.depth;
}

function openSection(
  source: Source,
  { heading, parent }: { readonly heading: Heading; readonly parent: Section | undefined },
): Section {
  const { text } = readInline(oneLine(source.text.slice(...endsOf(heading.children))));
  const tag = /(?<=^|\s)@[\p{L}\p{N}_-]+(?=\s|$)/gu;
  const title = text.replace(tag, '').replace(/\s+/g, ' ').trim();
  const { start: offset, end } = rangeOf(heading);
  return { depth: heading.depth, title, tags: text.match(tag) ?? [], offset, end, parent, blocks: [] };
}
