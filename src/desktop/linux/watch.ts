import { damage, NAME, REPORT_NON_EMPTY } from '../../native/linux/damage.js';
import * as fixes from '../../native/linux/xfixes.js';
import * as xcb from '../../native/linux/xcb.js';
import type { Box } from '../types.js';
import type { Display } from './display.js';

/** Tells whether and where something was drawn on a screen; what was drawn may look as before. */
export interface Watch {
  /** Whether the server has said so since `take`; asks it for nothing. */
  isDrawn(): boolean;
  /** Forgets what was drawn until now, and tells where that was; undefined where the server cannot tell. */
  take(): readonly Box[] | undefined;
}

/** Has the X server say when something is drawn; undefined where it, or the library for it, cannot. */
export function watchDrawing(display: Display): Watch | undefined {
  const { connection } = display;
  const event = damage === undefined ? undefined : display.firstEvent(NAME);
  if (damage === undefined || event === undefined) return undefined;
  // Its other requests are only taken after this one.
  if (display.ask(damage.queryVersion(connection, 1, 1), () => true) === undefined) return undefined;
  const { subtract } = damage;
  const id = xcb.generateId(connection);
  damage.create(connection, id, display.root, REPORT_NON_EMPTY);
  const region = createRegion(display);
  return {
    isDrawn: () => display.hasEvent(event),
    take() {
      display.forgetEvent(event);
      subtract(connection, id, 0, region?.id ?? 0);
      return region?.fetch();
    },
  };
}

interface Region {
  readonly id: number;
  fetch(): readonly Box[] | undefined;
}

function createRegion(display: Display): Region | undefined {
  const { connection } = display;
  const { xfixes } = fixes;
  if (xfixes === undefined || !hasXfixes(display)) return undefined;
  const id = xcb.generateId(connection);
  xfixes.createRegion(connection, id, 0, null);
  return { id, fetch: () => display.ask(xfixes.fetchRegion(connection, id), readBoxes) };
}

/** Whether the server has the XFIXES extension; to be asked before its requests are used. */
export function hasXfixes(display: Display): boolean {
  if (fixes.xfixes === undefined || display.firstEvent(fixes.NAME) === undefined) return false;
  return display.ask(fixes.xfixes.queryVersion(display.connection, 5, 0), () => true) ?? false;
}

function readBoxes(reply: Buffer): readonly Box[] {
  const boxes: Box[] = [];
  for (let at = 32; at + 8 <= reply.length; at += 8) {
    boxes.push({
      x: reply.readInt16LE(at),
      y: reply.readInt16LE(at + 2),
      width: reply.readUInt16LE(at + 4),
      height: reply.readUInt16LE(at + 6),
    });
  }
  return boxes;
}
