/**
 * Why a request to a desktop failed:
 * - `timeout`: no answer within the deadline; a desktop process that hung was killed and starts anew with the next request
 * - `killed`: the desktop process ended by itself; it starts anew with the next request
 * - `disconnected`: the X server closed the connection; it is made anew with the next request
 * - `unavailable`: a part of the desktop (X server, window manager, accessibility bus) could not be reached
 * - `invalid`: the request cannot be carried out, for example an unknown key or a point outside of the screen
 * - `failed`: the X server or the accessibility bus refused the request
 * - `closed`: the desktop was closed by its owner
 */
export type DesktopErrorCode =
  | 'timeout'
  | 'killed'
  | 'disconnected'
  | 'unavailable'
  | 'invalid'
  | 'failed'
  | 'closed';

/** A request to a desktop that failed. */
export class DesktopError extends Error {
  readonly code: DesktopErrorCode;

  constructor(code: DesktopErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.name = `DesktopError [${code}]`;
  }
}
