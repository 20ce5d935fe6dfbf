import { describeAbsence, findMask, Locator, matchAll, matchOne } from '../../agent/index.js';
import type { Rect } from '../../image/index.js';
import { maskOf, type Mask as SpecMask } from '../../spec/index.js';
import type { Area, Mask } from './masks.js';

/** What a TypeScript spec may mask: as in Markdown a phrase, a pattern or a region, or all elements of a locator. */
export type SaidMask = Locator | string | RegExp | Rect;

/** A mask as a spec in Markdown says it. */
export function readMask(mask: SpecMask): Mask {
  switch (mask.by) {
    case 'element': {
      const { phrase } = mask;
      return { by: 'elements', said: phrase, find: (elements) => [findMask(phrase, elements).box] };
    }
    case 'text':
      return { by: 'text', ...patternOf(mask.match) };
    case 'region':
      return region(mask.box);
  }
}

/** A mask as a spec in TypeScript says it; throws a TypeError for what is none. */
export function readSaidMask(mask: SaidMask): Mask {
  if (typeof mask === 'string') return readMask(maskOf(mask));
  if (mask instanceof RegExp) return { by: 'text', said: String(mask), pattern: mask };
  if (mask instanceof Locator) {
    const { query } = Locator.partsOf(mask);
    return {
      by: 'elements',
      said: String(mask),
      find: (elements) => {
        const found = matchAll(query, elements);
        if (found.length === 0) throw new Error(describeAbsence(query, elements));
        return found.map(({ box }) => box);
      },
    };
  }
  const numbers = mask && [mask.x, mask.y, mask.width, mask.height];
  if (numbers?.every((number) => Number.isFinite(number))) return region(mask);
  throw new TypeError(
    'a mask is a locator of codex-test, a phrase such as "the status bar", a pattern, or { x, y, width, height }',
  );
}

function region(box: Rect): Mask {
  return { by: 'region', said: `${box.x},${box.y},${box.width}x${box.height}`, box };
}

function patternOf(match: Extract<SpecMask, { by: 'text' }>['match']): {
  readonly said: string;
  readonly pattern: RegExp;
} {
  if (match.op === 'contains') {
    const escaped = match.text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
    return { said: `the text "${match.text}"`, pattern: new RegExp(escaped, 'u') };
  }
  return { said: `/${match.pattern}/${match.flags}`, pattern: new RegExp(match.pattern, match.flags) };
}

/** The area of the element that a phrase such as `the status bar` means. */
export function areaOf(phrase: string): Area {
  return { said: phrase, find: (elements) => findMask(phrase, elements).box };
}

/** The area of the one element that a locator means. */
export function areaOfLocator(locator: Locator): Area {
  const { query } = Locator.partsOf(locator);
  return { said: String(locator), find: (elements) => matchOne(query, elements).box };
}
