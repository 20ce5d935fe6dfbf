import type { DesktopErrorCode } from './error.js';
import type { Box, CaptureWay, Desktop, DesktopAddress, Screenshot, ScreenshotOptions } from './types.js';

/** How a desktop process connects. */
export interface ConnectOptions {
  readonly address: DesktopAddress;
  /** Milliseconds that the parts of the desktop have to come up. */
  readonly timeout: number;
  /** Number of the first picture; above all earlier ones, so that `waitForChange` holds across a restart. */
  readonly revision: number;
  /** What has to answer: everything, or (after a restart, when the application may have broken the rest) the display. */
  readonly waitFor: 'everything' | 'display';
}

/** What changed of a picture: pieces to be laid over that of the revision that was asked for, or all of it. */
export interface PixelUpdate {
  readonly revision: number;
  readonly width: number;
  readonly height: number;
  readonly pieces: readonly { readonly box: Box; readonly rgba: Buffer }[];
}

/** A desktop as it is asked across processes: nothing that the other side has already is sent again. */
export interface RemoteDesktop extends Omit<Desktop, 'screenshot' | 'picture'> {
  /** Undefined where the screen is still that of revision `known`. */
  screenshot(options: ScreenshotOptions & { readonly known?: number }): Promise<Screenshot | undefined>;
  /** The pixels that changed after revision `since`. */
  pixels(options: { readonly since?: number }): Promise<PixelUpdate>;
}

/** A desktop inside its process; each platform has one. */
export interface OpenDesktop extends RemoteDesktop {
  readonly capture: CaptureWay;
  close(): void;
}

/** What a platform folder exports to the desktop process. */
export interface Platform {
  /** Lets the system kill this process when its parent ends, even while a native call blocks it. */
  readonly endWithParent: () => void;
  readonly openDesktop: (options: ConnectOptions) => Promise<OpenDesktop>;
}

/** All that can be asked of a desktop process. */
export interface Methods extends RemoteDesktop {
  connect(options: ConnectOptions): Promise<{ readonly capture: CaptureWay }>;
}

export type Method = keyof Methods;
export type Argument<M extends Method> = Parameters<Methods[M]>[0];
export type Result<M extends Method> = Awaited<ReturnType<Methods[M]>>;

export interface Request<M extends Method = Method> {
  readonly id: number;
  readonly method: M;
  readonly argument: Argument<M>;
}

export type Response =
  | { readonly id: number; readonly result: Result<Method> }
  | { readonly id: number; readonly error: { readonly code: DesktopErrorCode; readonly message: string } };
