import type { Box, Point } from '../desktop/types.js';

/** One line of a trace file. */
export type TraceEvent = Readonly<Record<string, unknown>> & { readonly type: string };

/** The tabs over the viewer's picture. */
export type Phase = 'before' | 'action' | 'after';

/** A PNG, where it lies in the zip, and when it was taken. */
export interface Picture {
  readonly png: Buffer;
  readonly file: string;
  readonly time: number;
}

/** The viewer groups pictures and actions by page; a desktop is one. */
export const page = { pageId: 'desktop' };

/**
 * Every snapshot is a page with this one picture, and each overrides the picture by its own file of the zip.
 * So a picture is stored once however often it is shown; a data URL would repeat it, a third larger.
 * Nothing is fetched from the network: the viewer's service worker answers.
 */
const screenUrl = 'https://desktop.invalid/screen.png';

export function contextOptions(trace: {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly time: number;
  readonly wallTime: number;
}): TraceEvent {
  const { title, width, height, time, wallTime } = trace;
  return {
    type: 'context-options',
    version: 10,
    origin: 'library',
    browserName: 'desktop',
    options: { viewport: { width, height } },
    wallTime,
    monotonicTime: time,
    sdkLanguage: 'javascript',
    title,
  };
}

/** A picture of the film strip. */
export function filmFrame({ png, file, time }: Picture): TraceEvent {
  return { type: 'screencast-frame', ...page, file, ...sizeOf(png), timestamp: time };
}

/** A picture for one of the tabs Before, Action and After, with an outline around `box` and a dot on `point`. */
export function frameSnapshot(options: {
  readonly callId: string;
  readonly phase: Phase;
  readonly picture: Picture;
  /** Stands in the address bar that the viewer draws. */
  readonly address: string;
  readonly box?: Box | undefined;
  readonly point?: Point | undefined;
}): TraceEvent {
  const { callId, phase, picture, address, box, point } = options;
  const viewport = sizeOf(picture.png);
  const size = { width: String(viewport.width), height: String(viewport.height) };
  const image = ['IMG', { src: screenUrl, ...size, style: 'display:block' }];
  const marks = [...(box ? [outline(box)] : []), ...(point ? [dot(point)] : [])];
  const body = ['BODY', { style: 'margin:0;overflow:hidden' }, image, ...marks];
  const snapshot = {
    callId,
    phase,
    ...page,
    frameId: 'screen',
    frameUrl: address,
    html: ['HTML', {}, ['HEAD', {}], body],
    viewport,
    timestamp: picture.time,
    collectionTime: 0,
    resourceOverrides: [{ url: screenUrl, file: picture.file }],
    isMainFrame: true,
  };
  return { type: 'frame-snapshot', snapshot };
}

/*
 * The viewer has marks of its own, but it puts the pointer in the middle of the target wherever the click went,
 * and over the pictures before and after too, where it hides what the click changed.
 */
function outline(box: Box): unknown {
  const place = `left:${box.x}px;top:${box.y}px;width:${box.width}px;height:${box.height}px`;
  const look = 'outline:2px solid #ff00ff;box-shadow:0 0 0 3px #ffffff,inset 0 0 0 1px #ffffff';
  return ['DIV', { class: 'target', style: `position:absolute;${place};${look}` }];
}

function dot(point: Point): unknown {
  const place = `left:${point.x - 6}px;top:${point.y - 6}px;width:12px;height:12px;border-radius:6px`;
  return [
    'DIV',
    { class: 'point', style: `position:absolute;${place};background:#ff00ff;box-shadow:0 0 0 2px #ffffff` },
  ];
}

/** The request whose answer the snapshots override; the viewer shows it in its "Network" tab. */
export function screenRequest(trace: { readonly time: number; readonly wallTime: number }): TraceEvent {
  const http = { httpVersion: 'HTTP/1.1', cookies: [], headers: [], headersSize: -1 };
  const content = { size: 0, mimeType: 'image/png' };
  const snapshot = {
    ...{ pageref: page.pageId, startedDateTime: new Date(trace.wallTime).toISOString(), time: 0 },
    request: { method: 'GET', url: screenUrl, ...http, queryString: [], bodySize: 0 },
    response: { status: 200, statusText: 'OK', ...http, content, redirectURL: '', bodySize: 0 },
    cache: {},
    timings: { send: 0, wait: 0, receive: 0 },
    // A snapshot sees only requests older than itself.
    _monotonicTime: trace.time - 1,
  };
  return { type: 'resource-snapshot', snapshot };
}

/** The size that the header of a PNG states. */
function sizeOf(png: Buffer): { readonly width: number; readonly height: number } {
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
}
