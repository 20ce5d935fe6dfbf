import { cropFrame, grow, hasCentre, intersection, union, type Frame, type Rect } from '../../image/index.js';
import { Cells, gather, isFlat, runs, takeOver } from './cells.js';
import { RecentMap, type Engine, type Found } from './engine.js';
import { area, CONTEXT, contentKey, overlap } from './geometry.js';
import { linesWithin, moved } from './lines.js';
import type { ReadRequest } from './protocol.js';
import type { ReadStatistics, TextLine } from './types.js';

/** Text that close to the left or right of a change may have become one line with it. */
const BESIDE = 16;
const REMEMBERED_AREAS = 100;

/** A screen and the text on it. */
export interface Screen {
  read(request: Omit<ReadRequest, 'id'>): Promise<{
    readonly lines: readonly TextLine[];
    readonly statistics: ReadStatistics;
  }>;
}

interface Memory {
  readonly frame: Frame;
  readonly cells: Cells;
  lines: readonly TextLine[];
}

/** Remembers what was read where; a read searches only where pixels are others than then. */
export function createScreen(engine: Engine): Screen {
  const areas = new RecentMap<readonly TextLine[]>(REMEMBERED_AREAS);
  let memory: Memory | undefined;

  /** Lines in an area; those of an area that looked the same before are known. */
  async function find(frame: Frame, searched: Rect, wanted: Rect): Promise<Found> {
    const { x, y } = searched;
    const inside = [wanted.x - x, wanted.y - y, wanted.width, wanted.height];
    const key = `${contentKey(cropFrame(frame, searched))}:${inside.join()}`;
    const known = areas.get(key)?.map((line) => moved(line, x, y));
    if (known) return { lines: known, recognised: 0, cached: known.length };
    const found = await engine.find(frame, searched, wanted);
    areas.set(
      key,
      found.lines.map((line) => moved(line, -x, -y)),
    );
    return found;
  }

  async function read({
    width,
    height,
    part,
    region,
    data,
  }: Omit<ReadRequest, 'id'>): ReturnType<Screen['read']> {
    const began = performance.now();
    if (memory?.frame.width !== width || memory.frame.height !== height) memory = forget(width, height);
    const now = memory;
    const pixels = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    takeOver(now.frame, now.cells, { ...part, data: pixels }, part);
    let [searchedPixels, recognised, cached] = [0, 0, 0];
    for (const core of dropChanged(now, region, part)) {
      const searched = intersection(grow(core, CONTEXT, CONTEXT), part) ?? core;
      const found = await find(now.frame, searched, core);
      searchedPixels += area(searched);
      recognised += found.recognised;
      cached += found.cached;
      takeLines(now, found.lines);
    }
    reopenCut(now, part);
    const duration = performance.now() - began;
    return {
      lines: linesWithin(now.lines, region),
      statistics: { searchedPixels, recognised, cached, duration, engine: engine.name },
    };
  }

  return { read };
}

function forget(width: number, height: number): Memory {
  // Transparent, as no screen is: so all cells change with the first picture.
  const frame = { width, height, data: Buffer.alloc(width * height * 4) };
  return { frame, cells: new Cells(width, height), lines: [] };
}

/**
 * Drops the lines that a change in `region` touches and gives the areas to search instead: changed cells that are not
 * flat, together with the whole of each line that was touched or stands beside.
 */
function dropChanged(memory: Memory, region: Rect, part: Rect): readonly Rect[] {
  const { frame, cells, lines } = memory;
  const changed = [...cells.within(region)].filter(([column, row]) => cells.isChanged(column, row));
  if (changed.length === 0) return [];
  const isTouched = ({ box }: TextLine): boolean => {
    const common = intersection(box, region);
    return common !== undefined && cells.hasChanged(common);
  };
  const touched = new Set(lines.filter(isTouched));
  const rough = runs(changed.filter(([column, row]) => !isFlat(frame, column, row)));
  const groups = gather([...rough, ...[...touched].map(({ box }) => box)]).map((group) => {
    const around = grow(group, BESIDE, 0);
    const beside = lines.filter(({ box }) => overlap(around, box) > 0);
    return beside.reduce((sum, { box }) => union(sum, box), group);
  });
  const cores = gather(groups).flatMap((core) => intersection(core, part) ?? []);
  // What of a dropped line lies outside of the region is read when it is asked for.
  for (const { box } of touched) cells.markAll(box, 'changed');
  cells.markAll(region, 'read');
  memory.lines = lines.filter(
    (line) => !touched.has(line) && !cores.some((core) => hasCentre(core, line.box)),
  );
  return cores;
}

/** Adds lines, in place of what stood there. */
function takeLines(memory: Memory, taken: readonly TextLine[]): void {
  const isSame = (a: Rect, b: Rect): boolean => overlap(a, b) > 0.5 * Math.min(area(a), area(b));
  const kept = memory.lines.filter(({ box }) => !taken.some((line) => isSame(line.box, box)));
  memory.lines = [...kept, ...taken];
}

/** Lines that reach the edge of what was seen may go on behind it: they are read again with more of the frame. */
function reopenCut({ frame, cells, lines }: Memory, part: Rect): void {
  const right = part.x + part.width;
  const bottom = part.y + part.height;
  for (const { box } of lines) {
    if (overlap(box, part) === 0) continue;
    const cut =
      (part.x > 0 && box.x <= part.x) ||
      (part.y > 0 && box.y <= part.y) ||
      (right < frame.width && box.x + box.width >= right) ||
      (bottom < frame.height && box.y + box.height >= bottom);
    const isFromBefore =
      box.x < part.x || box.y < part.y || box.x + box.width > right || box.y + box.height > bottom;
    if (cut && !isFromBefore) cells.markAll(box, 'changed');
  }
}
