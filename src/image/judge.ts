import { changedBounds, compareFrames, isMostlyOther, maskFrame, type Comparison } from './compare.js';
import { checkFrame, clipRect, type Frame } from './frame.js';
import { cropFrame } from './crop.js';
import type { Difference, Judgement, JudgeOptions } from './judgement.js';
import { grow, overlaps, wholeOf } from './rect.js';
import { real } from './judge/say.js';
import { differencesOf } from './judge/strict.js';
import { isSameArrangement, readAll, textDifferences } from './judge/words.js';

/**
 * Says in which places two pictures differ, and which of them matter at the level asked for; docs/comparison.md has the
 * rules. Throws ImageError `wrong-size`, and what `readText` throws.
 */
export async function judgeFrames(
  expected: Frame,
  actual: Frame,
  options: JudgeOptions = {},
): Promise<Judgement> {
  checkFrame(expected);
  checkFrame(actual);
  const { level = 'strict', masks = [], threshold } = options;
  const [before, after] = [maskFrame(expected, masks), maskFrame(actual, masks)];
  let counted: Comparison | undefined;
  const count = (): Comparison =>
    (counted ??= compareFrames(before, after, threshold === undefined ? {} : { threshold }));
  const differences = await judge(before, after, options, count);
  return {
    level,
    isAlike: differences.every(({ isHarmless }) => isHarmless),
    differences: differences.toSorted((a, b) => Number(a.isHarmless) - Number(b.isHarmless)),
    get differentPixels() {
      return count().differentPixels;
    },
    get ratio() {
      return count().ratio;
    },
    diff: () => count().diff,
  };
}

async function judge(
  expected: Frame,
  actual: Frame,
  options: JudgeOptions,
  count: () => Comparison,
): Promise<readonly Difference[]> {
  const { level = 'strict' } = options;
  const { width, height } = expected;
  const whole = wholeOf(expected);
  const isSameSize = width === actual.width && height === actual.height;
  if (!isSameSize && level !== 'text') {
    return [real(whole, 'size', `${width}×${height} pixels became ${actual.width}×${actual.height}`)];
  }
  if (isSameSize && expected.data.equals(actual.data)) return [];
  if ((level === 'strict' || level === 'pixels') && isMostlyOther(expected, actual, options.threshold)) {
    return [real(whole, 'content', 'most of the picture is another one')];
  }
  if (level === 'pixels') {
    if (count().equal) return [];
    return [
      real(changedBounds(expected, actual) ?? whole, 'content', `${count().differentPixels} pixels differ`),
    ];
  }
  const found = isSameSize
    ? await differencesInside(expected, actual, options)
    : [real(whole, 'size', 'another size')];
  if (level === 'strict' || found.every(({ isHarmless }) => isHarmless)) return found;
  return readDifferences(expected, actual, { found, options });
}

/** What is left over at the levels `layout` and `text` is settled by what stands where. */
async function readDifferences(
  expected: Frame,
  actual: Frame,
  { found, options }: { readonly found: readonly Difference[]; readonly options: JudgeOptions },
): Promise<readonly Difference[]> {
  const { level, readText } = options;
  if (readText === undefined) return found;
  const texts = await readAll(readText, { expected, actual });
  if (level === 'text') return textDifferences(texts, found);
  if (!isSameArrangement(texts, expected)) return found;
  const words = [...texts.expected, ...texts.actual];
  return found.map((each) =>
    words.some(({ box }) => overlaps(box, each.box))
      ? { ...each, isHarmless: true, why: 'the same text nearby' }
      : each,
  );
}

/** Compares only what changed and its surroundings. */
async function differencesInside(
  expected: Frame,
  actual: Frame,
  options: JudgeOptions,
): Promise<readonly Difference[]> {
  const bounds = changedBounds(expected, actual) ?? wholeOf(expected);
  // With enough of what did not change to see whether the change is one of all the text or of a word.
  const window = clipRect(expected, grow(bounds, 240, 80)) ?? bounds;
  const found = await differencesOf(cropFrame(expected, window), cropFrame(actual, window), {
    ...options,
    ...(options.level === 'text' && { report: 'brief' }),
  });
  return found.map((each) => ({
    ...each,
    box: { ...each.box, x: each.box.x + window.x, y: each.box.y + window.y },
  }));
}
