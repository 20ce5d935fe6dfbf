import { compareFrames, type Comparison } from './compare.js';
import type { Frame } from './frame.js';
import type { Difference, Judgement, JudgeOptions } from './judgement.js';

/**
 * Says in which places two pictures differ, and which of them matter at the level asked for.
 * Throws ImageError `wrong-size`.
 */
export async function judgeFrames(
  expected: Frame,
  actual: Frame,
  options: JudgeOptions = {},
): Promise<Judgement> {
  const { level = 'strict' } = options;
  let counted: Comparison | undefined;
  const count = (): Comparison => (counted ??= compareFrames(expected, actual, options));
  const differences: readonly Difference[] = count().equal
    ? []
    : [
        {
          box: { x: 0, y: 0, width: expected.width, height: expected.height },
          kind: 'content',
          isHarmless: false,
          why: `${count().differentPixels} pixels differ`,
        },
      ];
  return {
    level,
    isAlike: differences.every(({ isHarmless }) => isHarmless),
    differences,
    get differentPixels() {
      return count().differentPixels;
    },
    get ratio() {
      return count().ratio;
    },
    diff: () => count().diff,
  };
}
