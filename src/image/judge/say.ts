import type { Frame, Rect } from '../frame.js';
import type { Difference } from '../judgement.js';
import type { Fit } from './alike.js';
import type { Overlay } from './changes.js';

export function fill(expected: Frame, actual: Frame, { x, y, width, height }: Rect): Difference {
  const at = ((y + (height >> 1)) * expected.width + x + (width >> 1)) * 4;
  const hex = ({ data }: Frame): string => `#${data.toString('hex', at, at + 3)}`;
  const [before, after] = [hex(expected), hex(actual)];
  const why = before === after ? 'an area has another colour' : `${before} became ${after}`;
  return real({ x, y, width, height }, 'colour', why);
}

export function overlay({ box, kind, isIn }: Overlay): Difference {
  const name = kind === 'caret' ? 'a text caret' : 'a mouse pointer';
  return harmless(box, kind, isIn === 'actual' ? `${name} is there now` : `${name} is not there any more`);
}

export function slight(box: Rect, { by }: Fit): Difference {
  const far = by === undefined ? 0 : Math.hypot(...by);
  if (far < 0.5) return harmless(box, 'anti-aliasing', 'the same shapes with other edges');
  return harmless(box, 'shift', `the same shapes ${far.toFixed(1)} pixels off`);
}

export function redrawnText(box: Rect, { by }: Fit): Difference {
  if (by === undefined) return harmless(box, 'font', 'the same text, slightly larger, smaller or wider set');
  return harmless(box, 'anti-aliasing', 'the same text, smoothed or hinted in another way');
}

export function harmless(box: Rect, kind: Difference['kind'], why: string): Difference {
  return { box, kind, isHarmless: true, why };
}

export function real(box: Rect, kind: Difference['kind'], why: string): Difference {
  return { box, kind, isHarmless: false, why };
}

export function quoted(text: string): string {
  return text === '' ? 'nothing readable' : JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}
