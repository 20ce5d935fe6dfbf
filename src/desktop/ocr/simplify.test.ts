import { cropFrame } from '../../image/index.js';
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { asset, DETECTOR, RECOGNISER } from './models.js';
import { readGraph, writeGraph } from './onnx.js';
import { openWasmSession } from './session.js';
import { simplify } from './simplify.js';
import { loadPicture } from './testing.js';

function counts(file: Uint8Array): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const { type } of readGraph(file).operations) found[type] = (found[type] ?? 0) + 1;
  return found;
}

/** What a network says to a button. */
async function run(file: Uint8Array, height: number): Promise<Float32Array> {
  const button = cropFrame(loadPicture('wizard').frame, { x: 774, y: 560, width: 96, height });
  const plane = button.width * height;
  const input = Float32Array.from(
    { length: 3 * plane },
    (_, at) => (button.data[(at % plane) * 4 + Math.floor(at / plane)] ?? 0) / 127.5 - 1,
  );
  const session = await openWasmSession(file);
  return (await session.run(input, [1, 3, height, button.width])).data;
}

for (const [name, height] of [
  [DETECTOR, 64],
  [RECOGNISER, 48],
] as const) {
  test(`${name} gives the same numbers when it is simplified`, async () => {
    const file = readFileSync(asset(name));
    const simple = simplify(file);
    const before = await run(file, height);
    const after = await run(simple, height);
    expect(after.length).toBe(before.length);
    const off = after.reduce((most, value, at) => Math.max(most, Math.abs(value - (before[at] ?? 0))), 0);
    expect(off).toBeLessThan(1e-4);
    // It saw something, so that the comparison tells.
    expect(before.reduce((most, value) => Math.max(most, value), 0)).toBeGreaterThan(0.8);
    expect(counts(simple)['Clip'] ?? 0).toBe(0);
    expect(counts(simple)['Div'] ?? 0).toBeLessThan((counts(file)['Div'] ?? 0) / 4);
  });
}

test('writes what it has read', () => {
  const graph = readGraph(readFileSync(asset(RECOGNISER)));
  const again = readGraph(writeGraph(graph));
  expect(again.operations).toEqual(graph.operations);
  expect([...again.constants].length).toBeGreaterThan(100);
  for (const [name, constant] of again.constants) expect(constant).toEqual(graph.constants.get(name));
});

test('refuses a file that is no network', () => {
  expect(() => simplify(Buffer.from('not a network'))).toThrow(RangeError);
  expect(() => simplify(readFileSync(asset(RECOGNISER)).subarray(0, 1_000_000))).toThrow(
    'no protobuf: ends at',
  );
});
