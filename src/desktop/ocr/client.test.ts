import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { decodePng, type Frame } from '../../image/index.js';
import { startTextReader, type TextReader } from './index.js';
import { loadPicture, pictures, score, type Picture } from './testing.js';

test.describe.configure({ mode: 'default' });

let reader: TextReader;
let owned: TextReader[] = [];

test.beforeAll(() => {
  reader = startTextReader();
});

test.afterAll(() => reader.close());

test.afterEach(async () => {
  await Promise.all(owned.map((one) => one.close()));
  owned = [];
});

function start(...options: Parameters<typeof startTextReader>): TextReader {
  const started = startTextReader(...options);
  owned.push(started);
  return started;
}

/** What the models get wrong; a change here is better or worse reading, and wants a look. */
const misread: Readonly<Record<(typeof pictures)[number], readonly string[]>> = {
  wizard: ['Destination Folder', 'Install for all users'],
  dark: [],
  form: [],
  ide: ['holiday.jpg', '1', '}', '}', 'Ctrl+C'],
  'gtk-light': [],
  'gtk-dark': [],
  'gtk-hard': ['Password', 'libreoffice-writer', 'Only 312 MB are left on /dev/sda1 (98 % used).'],
};

for (const name of pictures) {
  test(`reads ${name}: every text but the known ones, and its words where they are`, async () => {
    const { frame, labels } = loadPicture(name);
    // A screen of another size is another screen: what was on it before shall not decide where lines are looked for.
    await reader.read({ width: 1, height: 1, data: Buffer.alloc(4) });
    const { missing, placed, words, clicked } = score(labels, await reader.read(frame));
    expect(missing).toEqual(misread[name]);
    expect(placed).toBeGreaterThanOrEqual(Math.floor(words * 0.96));
    expect(labels.length - clicked).toBeLessThanOrEqual(misread[name].length);
  });
}

test('reads nothing again when nothing has changed', async () => {
  const { frame } = loadPicture('wizard');
  const before = await reader.read(frame);
  expect(await reader.read({ ...frame, data: Buffer.from(frame.data) })).toEqual(before);
  expect(reader.statistics()).toMatchObject({ searchedPixels: 0, recognised: 0, cached: 0 });
});

test('reads again only around a change, and knows what it has seen before', async () => {
  const { frame } = loadPicture('wizard');
  const before = await reader.read(frame);
  const source = loadPicture('dark').frame;
  const after = withPiece(frame, source, { from: { x: 240, y: 278, width: 320, height: 26 }, x: 20, y: 30 });
  const lines = await reader.read(after);

  const added = lines.filter((line) => !before.some((other) => other.text === line.text));
  expect(added.map(({ text }) => text)).toEqual(['Font size', '11 px']);
  expect(lines.filter((line) => !added.includes(line))).toEqual(before);
  const { searchedPixels = 0, recognised } = reader.statistics() ?? {};
  expect(searchedPixels).toBeLessThan(0.03 * 1280 * 800);
  expect(recognised).toBeLessThanOrEqual(3);

  expect(await reader.read(frame)).toEqual(before);
  expect(await reader.read(after)).toEqual(lines);
  expect(reader.statistics()).toMatchObject({ recognised: 0 });
});

test('reads the whole line that a change touches', async () => {
  const { frame } = loadPicture('form');
  const region = { x: 8, y: 480, width: 620, height: 30 };
  const [before] = await reader.read(frame, { region });
  // The blank between two words of the sentence becomes ink.
  const after = withPiece(frame, frame, { from: { x: 300, y: 2, width: 6, height: 6 }, x: 56, y: 492 });
  const [line] = await reader.read(after, { region });
  expect(before?.text).toContain('12 items, total 1234.50 EUR excluding VAT.');
  expect(line?.text).toContain('total 1234.50 EUR excluding VAT.');
});

test('forgets text that is no longer there', async () => {
  const { frame, labels } = loadPicture('gtk-dark');
  await reader.read(frame);
  const data = Buffer.from(frame.data);
  for (let y = 440; y < 620; y++)
    data.fill(frame.data.subarray(0, 4), (y * 1280 + 630) * 4, (y + 1) * 1280 * 4);
  const lines = await reader.read({ ...frame, data });
  expect(score(labels, lines).missing).toEqual([
    'Low disk space',
    'Only 312 MB are left on /dev/sda1 (98 % used).',
    'Got it',
  ]);
});

test('gives the words of a region, and later the lines it has cut whole', async () => {
  const { frame } = loadPicture('wizard');
  const fresh = start();
  const button = { x: 776, y: 566, width: 90, height: 32 };
  expect((await fresh.read(frame, { region: button })).map(({ text }) => text)).toEqual(['Next >']);
  const { searchedPixels = 0 } = fresh.statistics() ?? {};
  expect(searchedPixels).toBeLessThan(10_000);

  const half = { x: 331, y: 225, width: 300, height: 60 };
  const cut = await fresh.read(frame, { region: half });
  expect(cut[0]?.text).toMatch(/^Setup will install Acme Notes/);
  expect(cut[0]?.text).not.toContain('folder, click');
  const whole = await fresh.read(frame, { region: { ...half, width: 620 } });
  expect(whole[0]?.text).toMatch(/^Setup will install Acme Notes in .* different folder, click$/);
  expect((await fresh.read(frame, { region: half }))[0]?.text).toMatch(/^Setup will install Acme Notes/);
  expect(fresh.statistics()).toMatchObject({ searchedPixels: 0 });
});

test('points at one word of a long line', async () => {
  const { frame, labels } = loadPicture('wizard');
  const lines = await reader.read(frame);
  const truth = labels.flatMap(({ words = [] }) => words).find(({ text }) => text === 'Browse');
  const word = lines.flatMap(({ words }) => words).find(({ text }) => text === 'Browse');
  expect(word?.box.x).toBeGreaterThan((truth?.box.x ?? 0) - 4);
  expect(word?.box.width).toBeLessThan((truth?.box.width ?? 0) + 8);
});

test('starts anew when its process was killed', async () => {
  const fresh = start();
  const { frame } = loadPicture('wizard');
  const region = { x: 776, y: 566, width: 90, height: 32 };
  const before = children();
  const first = fresh.read(frame, { region });
  // The process is forked as soon as the read has come to its turn.
  await expect.poll(() => children().length).toBeGreaterThan(before.length);
  for (const pid of children()) if (!before.includes(pid)) process.kill(pid, 'SIGKILL');
  await expect(first).rejects.toMatchObject({ name: 'OcrError', code: 'killed' });
  expect((await fresh.read(frame, { region })).map(({ text }) => text)).toEqual(['Next >']);
});

test('ends its process when nothing is read, and reads again all the same', async () => {
  const before = children();
  const resting = start({ idle: 1 });
  const frame = { width: 20, height: 20, data: Buffer.alloc(20 * 20 * 4, 255) };
  await resting.read(frame);
  await expect.poll(children).toEqual(before);
  expect(await resting.read(frame)).toEqual([]);
});

test('gives up at its deadline and kills its process', async () => {
  const before = children();
  const hurried = start({ deadline: 30 });
  const { frame } = loadPicture('wizard');
  await expect(hurried.read(frame)).rejects.toMatchObject({
    code: 'timeout',
    message: expect.stringContaining('30 ms'),
  });
  await expect.poll(children).toEqual(before);
});

test('ends with the process that started it, even when that is killed', async () => {
  const code = `
    const { startTextReader } = await import(${JSON.stringify(new URL('index.js', import.meta.url).href)});
    const data = Buffer.alloc(1280 * 800 * 4, 255);
    startTextReader().read({ width: 1280, height: 800, data }).then(() => process.stdout.write('read'));`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(parent.stdout, 'data');
  const [reading = 0] = childrenOf(parent.pid ?? 0);
  expect(existsSync(`/proc/${reading}/stat`)).toBe(true);
  parent.kill('SIGKILL');
  await expect.poll(() => existsSync(`/proc/${reading}/stat`)).toBe(false);
});

test('refuses frames and regions that have no pixels', async () => {
  const frame = { width: 20, height: 20, data: Buffer.alloc(20 * 20 * 4) };
  const outside = { x: 20, y: 0, width: 5, height: 5 };
  for (const read of [
    reader.read({ ...frame, width: 21 }),
    reader.read(frame, { region: outside }),
    reader.read(frame, { region: { ...outside, x: Number.NaN } }),
  ]) {
    await expect(read).rejects.toMatchObject({ code: 'invalid' });
  }
  expect(await reader.read(frame)).toEqual([]);
});

test('refuses reads after it was closed, and those that were open', async () => {
  const closing = start();
  const { frame } = loadPicture('wizard');
  const open = Promise.allSettled([closing.read(frame), closing.read(frame)]);
  await closing.close();
  expect(await open).toMatchObject([{ reason: { code: 'closed' } }, { reason: { code: 'closed' } }]);
  await expect(closing.read(frame)).rejects.toMatchObject({ code: 'closed' });
  await closing.close();
});

test('reads other scripts with tesseract', async () => {
  const { stdout } = spawnSync('tesseract', ['--list-langs'], { encoding: 'utf8' });
  test.skip(!/^rus$/m.test(stdout ?? ''), 'tesseract or its Russian pack is not installed');
  const russian = start({ languages: ['ru'] });
  const file = new URL('../../../fixtures/ocr/russian.png', import.meta.url);
  const lines = await russian.read(decodePng(readFileSync(file)));
  const text = lines.map((line) => line.text).join(' ');
  expect(text).toContain('Файл уже существует. Заменить его?');
  expect(russian.statistics()).toMatchObject({ engine: 'tesseract' });
});

test('says what is missing for a language', async () => {
  const { frame } = loadPicture('wizard');
  await expect(start({ languages: ['qqq'] }).read(frame)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/tesseract is not installed|could not read qqq/),
  });
  await expect(start({ languages: ['--help'] }).read(frame)).rejects.toMatchObject({ code: 'invalid' });
});

interface Piece {
  readonly from: Picture['labels'][number]['box'];
  readonly x: number;
  readonly y: number;
}

/** `frame` with a piece of another at `x`, `y`. */
function withPiece(frame: Frame, source: Frame, { from, x, y }: Piece): Frame {
  const data = Buffer.from(frame.data);
  for (let row = 0; row < from.height; row++) {
    const offset = ((from.y + row) * source.width + from.x) * 4;
    source.data.copy(data, ((y + row) * frame.width + x) * 4, offset, offset + from.width * 4);
  }
  return { ...frame, data };
}

function children(): readonly number[] {
  return childrenOf(process.pid);
}

function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}
