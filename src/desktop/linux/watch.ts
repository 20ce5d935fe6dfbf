import { damage, NAME, REPORT_NON_EMPTY } from '../../native/linux/damage.js';
import * as xcb from '../../native/linux/xcb.js';
import type { Display } from './display.js';

/** Tells whether something was drawn on a screen; what was drawn may look as before. */
export interface Watch {
  /** Whether the server has said so since `begin`; asks it for nothing. */
  isDrawn(): boolean;
  /** Forgets what was drawn before the next request. */
  begin(): void;
}

/** Has the X server say when something is drawn; undefined where it, or the library for it, cannot. */
export function watchDrawing(display: Display): Watch | undefined {
  const { connection } = display;
  const query = xcb.queryExtension(connection, NAME.length, NAME);
  const event = display.ask(query, (reply) => (reply[8] === 1 ? reply[10] : undefined));
  if (damage === undefined || event === undefined) return undefined;
  // Its other requests are only taken after this one.
  if (display.ask(damage.queryVersion(connection, 1, 1), () => true) === undefined) return undefined;
  const { subtract } = damage;
  const id = xcb.generateId(connection);
  damage.create(connection, id, display.root, REPORT_NON_EMPTY);
  return {
    isDrawn: () => display.hasEvent(event),
    begin() {
      display.forgetEvent(event);
      subtract(connection, id, 0, 0);
    },
  };
}
