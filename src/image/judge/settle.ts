import type { Frame, Rect } from '../frame.js';
import type { Difference, JudgeOptions } from '../judgement.js';
import type { Fit } from './alike.js';
import type { Group } from './parts.js';
import { bare, folded, isNearlySame, readPlaces, textOf, type Reading } from './reading.js';
import { harmless, quoted, real, redrawnText } from './say.js';

/** `read`: the shapes do not tell, the text decides; `differs`: it is a change, its text is for the report. */
export type Verdict =
  | { readonly is: 'known'; readonly difference: Difference }
  | { readonly is: 'read'; readonly group: Group; readonly box: Rect; readonly fit: Fit }
  | { readonly is: 'differs'; readonly group: Group; readonly box: Rect; readonly mayBeWrapped: boolean };

/** What smoothing leaves over of a shape; see strict.ts. */
const sameShape = 0.12;

/** At most so many changes are read for the report alone. */
const mostDescribed = 6;

/** Reads the places where the text decides, and some of those that differ anyway. */
export async function settle(
  verdicts: readonly Verdict[],
  frames: { readonly expected: Frame; readonly actual: Frame },
  { readText, report = 'full' }: Pick<JudgeOptions, 'readText' | 'report'>,
): Promise<readonly Difference[]> {
  const asked = verdicts.filter((verdict) => verdict.is === 'read');
  const changes = verdicts.filter((verdict) => verdict.is === 'differs');
  const described = changes
    .filter(({ group }) => group.isText)
    .slice(0, report === 'full' ? mostDescribed : 0);
  const open = [...asked, ...described];
  const readings =
    readText && open.length > 0
      ? await readPlaces(
          readText,
          frames,
          open.map(({ group }) => group),
        )
      : [];
  const isWrapped = isSameInAll(verdicts, readings);
  return verdicts.map((verdict) => {
    if (verdict.is === 'known') return verdict.difference;
    if (isWrapped) return harmless(verdict.box, 'font', 'the same text, wrapped at other words');
    const reading = readings[open.indexOf(verdict)];
    if (verdict.is === 'read' && reading !== undefined && isSameText(reading, verdict.group, verdict.fit)) {
      return redrawnText(verdict.box, verdict.fit);
    }
    if (verdict.is === 'read' && reading === undefined) {
      return real(verdict.box, 'content', 'it is drawn in another way, and nothing read its text');
    }
    return told(verdict.box, reading);
  });
}

/** Whether a wider text was only wrapped at other words: then all lines that are left say the same one after the other. */
function isSameInAll(verdicts: readonly Verdict[], readings: readonly Reading[]): boolean {
  const open = verdicts.filter((verdict) => verdict.is !== 'known');
  if (open.length < 2 || open.length !== readings.length) return false;
  if (open.some((verdict) => verdict.is === 'differs' && !verdict.mayBeWrapped)) return false;
  const all = (side: 'expected' | 'actual'): string =>
    folded(
      readings
        .flatMap((reading) => reading[side])
        .toSorted((a, b) => (Math.abs(a.box.y - b.box.y) > 8 ? a.box.y - b.box.y : a.box.x - b.box.x))
        .map(({ text }) => text)
        .join(''),
    );
  return all('expected') !== '' && isNearlySame(all('expected'), all('actual'));
}

/**
 * Whether both readings say the same where the shapes leave it open. Words whose shapes are the same do not count,
 * so that what the reader gets wrong in them does not matter; a small rest makes up for a sign that it missed.
 */
function isSameText({ expected, actual }: Reading, group: Group, { light, columns }: Fit): boolean {
  const texts = ([expected, actual] as const).map((words, side) => {
    const open = words.filter(({ box }) => {
      const from = Math.max(0, Math.floor(box.x) - group.x);
      return columns[side]!.subarray(from, Math.ceil(box.x + box.width) - group.x).some(
        (rest) => rest >= sameShape,
      );
    });
    return { all: textOf(words), open: textOf(open) };
  });
  const [a, b] = [texts[0]!, texts[1]!];
  if (light < 0.2 && (bare(a.all) === bare(b.all) || bare(a.open) === bare(b.open))) return true;
  if (a.all === '') return false;
  return isNearlySame(folded(a.all), folded(b.all)) || (a.open !== '' && folded(a.open) === folded(b.open));
}

function told(box: Rect, reading: Reading | undefined): Difference {
  if (reading === undefined) return real(box, 'content', 'it looks otherwise');
  const [expected, actual] = [textOf(reading.expected), textOf(reading.actual)];
  if (expected !== actual) return real(box, 'text', `${quoted(expected)} became ${quoted(actual)}`);
  return real(box, 'content', expected === '' ? 'it looks otherwise' : `${quoted(expected)} looks otherwise`);
}
