import { binOf, countNear, cut, stepOf, type Blocks } from './blocks.js';
import type { Rect } from './frame.js';
import type { Template } from './template.js';

/** Squares of a template that are compared before its pixels are. */
const probesOfPhase = 12;

/** They are chosen from so many whose colours are rare. */
const choicesOfPhase = 24;

/** Of a large template only so many squares are looked at, evenly spread: more where they save more. */
const looks = { least: 32, most: 512, ofBlocks: 1 / 64 };

/** A square of the template whose colour is compared with one of the frame. */
interface Probe {
  readonly x: number;
  readonly y: number;
  readonly color: number;
  /** How far each channel may be off. */
  readonly reach: number;
}

/** How a template lies on the squares of the frame, and what to compare then, the rarest first. */
type Phase = readonly Probe[];

/**
 * Calls back with the places in `part` where the template may be. The frame is cut into squares of 4 x 4 pixels, and the
 * template in each of the 16 ways in which it can lie on them; for each way, the square with the rarest colour is looked up.
 */
export function eachCandidate(
  template: Template,
  frame: { readonly pixels: Uint32Array; readonly width: number },
  part: Rect,
  visit: (x: number, y: number) => void,
): void {
  const small = Math.min(template.width, template.height) < 8;
  const blocks = small ? undefined : cut(frame.pixels, frame.width, part, 4);
  const phases = blocks && phasesOf(template, blocks);
  if (blocks && phases) return scan(template, blocks, phases, part, visit);
  // Too small, or too much of it is masked, for whole squares.
  const single = cut(frame.pixels, frame.width, part, 1);
  scan(template, single, phasesOf(template, single) ?? [], part, visit);
}

function scan(
  template: Template,
  { side, columns, rows, means }: Blocks,
  phases: readonly Phase[],
  part: Rect,
  visit: (x: number, y: number) => void,
): void {
  const accepted = acceptedBy(phases);
  const [right, bottom] = [part.width - template.width, part.height - template.height];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column;
      let waiting = accepted[binOf(means[at] ?? 0)] ?? 0;
      while (waiting !== 0) {
        const phase = phases[31 - Math.clz32(waiting & -waiting)]!;
        waiting &= waiting - 1;
        const { x: anchorX, y: anchorY } = phase[0]!;
        const x = column * side - anchorX;
        const y = row * side - anchorY;
        if (x < 0 || y < 0 || x > right || y > bottom) continue;
        if (holds(phase, means, columns, side, at)) visit(part.x + x, part.y + y);
      }
    }
  }
}

function holds(phase: Phase, means: Int32Array, columns: number, side: number, at: number): boolean {
  const { x, y } = phase[0]!;
  for (const probe of phase) {
    const there = means[at + ((probe.y - y) / side) * columns + (probe.x - x) / side]!;
    const { color, reach } = probe;
    if (distance(there, color) > reach) return false;
  }
  return true;
}

/** For each bin of colours a bit per phase whose first probe may be there. */
function acceptedBy(phases: readonly Phase[]): Int32Array {
  const accepted = new Int32Array(4096);
  for (const [index, phase] of phases.entries()) {
    const { color, reach } = phase[0]!;
    const [red, green, blue] = [0, 8, 16].map((shift) => {
      const value = (color >> shift) & 0xff;
      return { low: stepOf(value - reach), high: stepOf(value + reach) };
    }) as [Steps, Steps, Steps];
    for (let b = blue.low; b <= blue.high; b++)
      for (let g = green.low; g <= green.high; g++)
        for (let r = red.low; r <= red.high; r++) accepted[(b << 8) | (g << 4) | r]! |= 1 << index;
  }
  return accepted;
}

interface Steps {
  readonly low: number;
  readonly high: number;
}

/** Undefined when in some phase no square of the template counts. */
function phasesOf(template: Template, blocks: Blocks): readonly Phase[] | undefined {
  const { side } = blocks;
  const phases: Phase[] = [];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const phase = phaseAt(template, blocks, x, y);
      if (phase.length === 0) return undefined;
      phases.push(phase);
    }
  }
  return phases;
}

function phaseAt(template: Template, blocks: Blocks, x0: number, y0: number): Phase {
  const { width, tolerance } = template;
  const { side } = blocks;
  const choices = rarest(template, blocks, x0, y0).map((at) => {
    const color = meanAt(template, at, side);
    // Content that lies half a pixel off changes a square by half of what a whole one would.
    const reach = Math.ceil(tolerance + (side === 1 ? 1 : 0.5) * unrest(template, at, side));
    const probe = { x: at % width, y: Math.floor(at / width), color, reach };
    return { probe, frequency: countNear(blocks, color, reach) };
  });
  choices.sort((a, b) => a.frequency - b.frequency);
  return choices.slice(0, probesOfPhase).map(({ probe }) => probe);
}

/** Squares of a phase whose colours are rare in the frame, by the pixels that they begin at. */
function rarest(template: Template, blocks: Blocks, x0: number, y0: number): readonly number[] {
  const { width, height, tolerance } = template;
  const { side, means } = blocks;
  const wanted = Math.min(looks.most, Math.max(looks.least, means.length * looks.ofBlocks));
  const stride = side * Math.max(1, Math.round(Math.sqrt((width * height) / (side * side * wanted))));
  const kept: number[] = [];
  const frequencies: number[] = [];
  for (let y = y0; y + side <= height; y += stride) {
    for (let at = y * width + x0; at + side <= (y + 1) * width; at += stride) {
      const color = meanAt(template, at, side);
      if (color < 0) continue;
      const frequency = countNear(blocks, color, tolerance);
      if (kept.length === choicesOfPhase && frequency >= frequencies[choicesOfPhase - 1]!) continue;
      let place = Math.min(kept.length, choicesOfPhase - 1);
      for (; place > 0 && frequencies[place - 1]! > frequency; place--) {
        frequencies[place] = frequencies[place - 1]!;
        kept[place] = kept[place - 1]!;
      }
      frequencies[place] = frequency;
      kept[place] = at;
    }
  }
  return kept;
}

/** How much the colour of a square changes when the picture is moved by a pixel. */
function unrest(template: Template, at: number, side: number): number {
  const { width, height } = template;
  const x = at % width;
  const y = Math.floor(at / width);
  const here = meanAt(template, at, side);
  let most = 0;
  if (x > 0) most = Math.max(most, distance(here, meanAt(template, at - 1, side)));
  if (x + side < width) most = Math.max(most, distance(here, meanAt(template, at + 1, side)));
  if (y > 0) most = Math.max(most, distance(here, meanAt(template, at - width, side)));
  if (y + side < height) most = Math.max(most, distance(here, meanAt(template, at + width, side)));
  return most;
}

/** In the channel that differs most; nothing from what does not count. */
function distance(a: number, b: number): number {
  if (b < 0) return 0;
  return Math.max(
    Math.abs((a & 0xff) - (b & 0xff)),
    Math.abs(((a >> 8) & 0xff) - ((b >> 8) & 0xff)),
    Math.abs((a >> 16) - (b >> 16)),
  );
}

/** The mean of the square that begins at a pixel; -1 where a pixel of it does not count. */
function meanAt({ width, pixels, counted }: Template, at: number, side: number): number {
  const shift = side === 4 ? 4 : 0;
  let redBlue = 0;
  let green = 0;
  for (let y = 0; y < side; y++) {
    const row = at + y * width;
    for (let place = row; place < row + side; place++) {
      if (counted[place] === 0) return -1;
      redBlue += pixels[place]! & 0xff00ff;
      green += (pixels[place]! >>> 8) & 0xff;
    }
  }
  return ((redBlue >>> shift) & 0xff00ff) | ((green >>> shift) << 8);
}
