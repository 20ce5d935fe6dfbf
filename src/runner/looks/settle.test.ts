import { expect, test } from '@playwright/test';
import { drawDesktop, element } from '../../agent/testing.js';
import type { Desktop, Element } from '../../desktop/index.js';
import {
  encodePng,
  fillRect,
  levels,
  type Color,
  type Frame,
  type Rect,
  type ReadText,
} from '../../image/index.js';
import { screenshotLevels } from '../../spec/index.js';
import { decodeLook, encodeLook } from './note.js';
import { readMask, readSaidMask } from './said.js';
import { settle, type Look, type Wanted } from './settle.js';

const size = { width: 320, height: 200 };
const white: Color = [255, 255, 255];
const navy: Color = [20, 20, 90];
const place = { x: 40, y: 40, width: 60, height: 20 };
const elsewhere = { x: 200, y: 140, width: 60, height: 20 };

/** A white screen with boxes on it. */
function draw(...boxes: readonly (readonly [Rect, Color])[]): Frame {
  const { width, height } = size;
  const frame = { ...size, data: Buffer.alloc(width * height * 4) };
  fillRect(frame, { x: 0, y: 0, ...size }, white);
  for (const [box, color] of boxes) fillRect(frame, box, color);
  return frame;
}

interface Shown {
  readonly frame: Frame;
  readonly elements?: readonly Element[];
}

/** A desktop that shows the pictures one after the other, the next whenever it was waited for. */
function show(...pictures: readonly Shown[]): Desktop {
  const drawn = drawDesktop({});
  let at = 0;
  const now = (): Shown => pictures[Math.min(at, pictures.length - 1)]!;
  return {
    ...drawn,
    revision: () => Promise.resolve(at),
    elements: () => Promise.resolve(now().elements ?? []),
    picture: () => Promise.resolve({ ...now().frame, revision: at }),
    waitForChange: async ({ since, timeout }) => {
      if (at > since) return true;
      if (at < pictures.length - 1) {
        at += 1;
        return true;
      }
      return drawn.waitForChange({ since: 1, timeout });
    },
  };
}

function lookOf(frame: Frame, name = 'look'): Look {
  return { path: name, png: encodePng(frame), frame, masks: new Map() };
}

function wanted(desktop: Desktop, more: Partial<Wanted>): Wanted {
  const plain = {
    read: undefined,
    looks: [],
    level: 'pixels',
    tolerance: {},
    masks: [],
    area: undefined,
  } as const;
  return { desktop, ...plain, ...more };
}

const once = { not: false, within: 300 };
const empty = { frame: draw() };
const filled = { frame: draw([place, navy]) };

test('specs know the levels that there are', () => {
  expect(screenshotLevels).toEqual(levels);
});

test('waits until the screen is like one of the looks, and says which', async () => {
  const looks = [lookOf(draw([elsewhere, navy]), 'other'), lookOf(filled.frame, 'this')];
  const desktop = show(empty, empty, filled);
  const { isAlike, look } = await settle(wanted(desktop, { looks }), { not: false, within: 5_000 });
  expect({ isAlike, look: look.path }).toEqual({ isAlike: true, look: 'this' });
});

test('a screen like none is compared with the nearest, once however long it takes', async () => {
  const near = draw([place, navy], [{ x: 0, y: 0, width: 1, height: 5 }, navy]);
  const desktop = show(filled);
  const looks = [lookOf(draw([elsewhere, navy])), lookOf(near, 'near')];
  let reads = 0;
  const read: ReadText = () => {
    reads += 1;
    return Promise.resolve([{ text: 'x', box: place, confidence: 1 }]);
  };
  const masks = [readSaidMask('the text "x"')];
  const { isAlike, look, judgement } = await settle(wanted(desktop, { looks, read, masks }), once);
  expect({
    isAlike,
    look: look.path,
    pixels: judgement.differentPixels,
    reads,
  }).toEqual({
    ...{ isAlike: false, look: 'near', pixels: 5, reads: 3 },
  });
});

test('with "not" waits until it is like none', async () => {
  const looks = [lookOf(empty.frame), lookOf(filled.frame)];
  const other = { frame: draw([elsewhere, navy]) };
  const gone = await settle(wanted(show(empty, filled, other), { looks }), { not: true, within: 5_000 });
  const stays = await settle(wanted(show(empty), { looks }), { ...once, not: true });
  expect([gone.isAlike, stays.isAlike]).toEqual([false, true]);
});

test('a masked element may be elsewhere than when the baseline was made', async () => {
  const clock = (box: Rect): Element => element('label', '12:31', { box });
  const masks = [readSaidMask('the "12:31" label')];
  const [before, after] = [draw([place, navy]), draw([elsewhere, navy])];
  const look = decodeLook({
    path: 'look',
    png: encodeLook(before, masks, new Map([[masks[0]!.said, [place]]])),
  });
  expect(look.frame).toEqual(before);
  const moved = show({ frame: after, elements: [clock(elsewhere)] });
  expect(await settle(wanted(moved, { looks: [look], masks }), once)).toMatchObject({ isAlike: true });
  // Without what the baseline says, the place where it was is not known.
  const plain = wanted(moved, { looks: [lookOf(before)], masks });
  expect(await settle(plain, once)).toMatchObject({ isAlike: false, missing: [] });
  const gone = show({ frame: before, elements: [] });
  expect(await settle(wanted(gone, { looks: [look], masks }), once)).toMatchObject({
    isAlike: false,
    missing: [expect.stringMatching(/^the mask the "12:31" label hides nothing: /)],
  });
});

test('a masked text is what the tree tells, and as a part of it or without it what is read', async () => {
  const masks = [readMask({ by: 'text', match: { op: 'matches', pattern: '\\d+:\\d+', flags: '' } })];
  const looks = [lookOf(draw([{ ...place, width: 62 }, navy]))];
  const status = { x: 0, y: 30, width: 320, height: 40 };
  const reads: Rect[] = [];
  const read: ReadText = (_, region) => {
    reads.push(region);
    const words = [
      { text: 'Saved at', box: { ...place, x: 0, width: 38 } },
      { text: '12:31', box: place },
    ];
    return Promise.resolve([{ text: 'Saved at 12:31', box: status, confidence: 1, words }]);
  };
  const judge = (elements: readonly Element[], frame = draw([place, [90, 0, 0]])) =>
    settle(wanted(show({ frame, elements }), { looks, masks, read }), once);
  expect(await judge([element('label', '12:31', { box: { ...place, width: 64 } })])).toMatchObject({
    isAlike: true,
  });
  expect(reads).toEqual([]);
  expect(await judge([element('label', 'Saved at 12:31', { box: status })])).toMatchObject({ isAlike: true });
  expect(await judge([])).toMatchObject({ isAlike: true });
  expect(reads.length).toBeGreaterThan(0);
  // What stands beside it in the same element is compared.
  const beside = draw([place, navy], [{ x: 290, y: 40, width: 20, height: 20 }, navy]);
  expect(await judge([element('label', 'Saved at 12:31', { box: status })], beside)).toMatchObject({
    isAlike: false,
    missing: [],
  });
});

test('text is not read while the screen changes', async () => {
  let reads = 0;
  const read: ReadText = () => {
    reads += 1;
    return Promise.resolve([{ text: '1:1', box: place, confidence: 1 }]);
  };
  const masks = [readSaidMask(/\d:\d/)];
  const moving = Array.from({ length: 20 }, (_, step) => ({
    frame: draw([{ x: 5 * step, y: 100, width: 30, height: 30 }, navy]),
  }));
  await settle(wanted(show(...moving, filled), { looks: [lookOf(empty.frame)], masks, read }), {
    not: false,
    within: 1_000,
  });
  // Once for the screen, and once for the baseline, which does not say where it had the text.
  expect(reads).toBe(2);
});

test('where the picture cannot be read, shapes alone decide, and that is told', async () => {
  const read: ReadText = () => Promise.reject(new Error('no models'));
  const masks = [readSaidMask('the text "x"')];
  const elements = [element('label', 'x marks it', { box: place })];
  const desktop = show({ frame: draw([place, navy], [elsewhere, navy]), elements });
  const looks = [lookOf(draw([elsewhere, navy]))];
  expect(await settle(wanted(desktop, { looks, masks, read }), once)).toMatchObject({
    ...{ isAlike: true, missing: [], unread: 'no models' },
  });
});

test('an area is compared wherever it is, and alone', async () => {
  const area = { said: 'the bar', find: (elements: readonly Element[]) => elements[0]!.box };
  const looks = [lookOf({ ...draw([{ x: 0, y: 0, ...size }, navy]), ...cut })];
  const desktop = show({
    frame: draw([elsewhere, navy], [place, [200, 0, 0]]),
    elements: [element('label', 'x', { box: elsewhere })],
  });
  expect(await settle(wanted(desktop, { looks, area }), once)).toMatchObject({ isAlike: true });
});

/** A picture of the size of {@link place}. */
const cut = {
  width: place.width,
  height: place.height,
  data: Buffer.alloc(place.width * place.height * 4, Buffer.from([...navy, 255])),
};
