import { changedBounds, compareFrames, maskFrame, type Comparison } from './compare.js';
import { checkFrame, clipRect, type Frame, type Rect } from './frame.js';
import { cropFrame } from './crop.js';
import type { Difference, Judgement, JudgeOptions } from './judgement.js';
import { strictDifferences } from './judge/strict.js';

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
  const { level = 'strict', masks = [] } = options;
  let counted: Comparison | undefined;
  const count = (): Comparison => (counted ??= compareFrames(expected, actual, options));
  const differences = await judge(maskFrame(expected, masks), maskFrame(actual, masks), options, count);
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
  { level = 'strict', readText }: JudgeOptions,
  count: () => Comparison,
): Promise<readonly Difference[]> {
  const { width, height } = expected;
  if (width !== actual.width || height !== actual.height) {
    const why = `${width}×${height} pixels became ${actual.width}×${actual.height}`;
    return [{ box: { x: 0, y: 0, width, height }, kind: 'size', isHarmless: false, why }];
  }
  if (expected.data.equals(actual.data)) return [];
  const bounds = changedBounds(expected, actual);
  if (level === 'pixels') {
    if (count().equal) return [];
    const why = `${count().differentPixels} pixels differ`;
    return [{ box: bounds, kind: 'content', isHarmless: false, why }];
  }
  const window = clipRect(expected, around(bounds)) ?? bounds;
  const found = await strictDifferences(cropFrame(expected, window), cropFrame(actual, window), readText);
  return found.map((each) => ({
    ...each,
    box: { ...each.box, x: each.box.x + window.x, y: each.box.y + window.y },
  }));
}

/** With enough of what did not change to see whether the change is one of all the text or of a word. */
function around({ x, y, width, height }: Rect): Rect {
  return { x: x - 240, y: y - 80, width: width + 480, height: height + 160 };
}
