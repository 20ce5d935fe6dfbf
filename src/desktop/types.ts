import type { Frame } from '../image/index.js';

/** A rectangle on the screen, in pixels from its upper left corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A point on the screen, in pixels from its upper left corner. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export type Button = 'left' | 'middle' | 'right';

/** One thing done to the desktop, in the words of OpenAI's computer tool. */
export type Action =
  | { readonly type: 'click'; readonly x: number; readonly y: number; readonly button: Button }
  | { readonly type: 'double_click'; readonly x: number; readonly y: number }
  | { readonly type: 'drag'; readonly path: readonly Point[] }
  | { readonly type: 'keypress'; readonly keys: readonly string[] }
  | { readonly type: 'move'; readonly x: number; readonly y: number }
  /** `scroll_y` counts wheel notches down, `scroll_x` to the right; negative numbers go the other way. */
  | {
      readonly type: 'scroll';
      readonly x: number;
      readonly y: number;
      readonly scroll_x: number;
      readonly scroll_y: number;
    }
  | { readonly type: 'type'; readonly text: string };

/** A picture of the screen as a PNG. */
export interface Screenshot {
  readonly png: Buffer;
  readonly width: number;
  readonly height: number;
  /** Grows whenever the screen is seen to differ from the picture before. */
  readonly revision: number;
}

/** The pixels of the screen, which are not to be written to. */
export interface Picture extends Frame {
  /** As that of a {@link Screenshot}. */
  readonly revision: number;
}

/** How pixels come from the system: into memory that it shares with us, or as a message, which takes several times as long. */
export type CaptureWay = 'shared memory' | 'socket';

export interface ScreenshotOptions {
  /** Whether the pointer is in the picture; `hidden` by default. */
  readonly cursor?: 'hidden' | 'shown';
}

/** Which change is waited for. */
export interface ChangeOptions {
  /** Revision of the picture that the screen is to differ from. */
  readonly since: number;
  /** Milliseconds. */
  readonly timeout: number;
  /** Where a change counts, if only in a part; anywhere by default. */
  readonly within?: readonly Box[];
  /** Changes that lie in one of these boxes do not count. */
  readonly outside?: readonly Box[];
}

/** A top-level window, as the window manager lists it. */
export interface Window {
  readonly id: number;
  readonly title: string;
  readonly box: Box;
  readonly active: boolean;
  /** Fills the screen because it was maximised. */
  readonly maximised?: true;
  /** Is an icon, or nothing, until it is brought back. */
  readonly minimised?: true;
}

/** What the window manager can be asked to do with a window. */
export type WindowChange = 'activate' | 'maximise' | 'minimise' | 'restore';

/** Where a number stands between its least and its greatest. */
export interface Value {
  readonly current: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** Role of an element that is nothing but text read from the picture of the screen. */
export type TextRole = 'text on the screen';

/** A node of the accessibility tree that is showing on the screen. */
export interface Element {
  /** Stable while the application keeps the node. */
  readonly id: string;
  readonly parent?: string;
  /** AT-SPI role name, for example `push button`, `menu item`, `text`. */
  readonly role: string;
  /** Accessible name, white space at its ends removed. */
  readonly name: string;
  /** Names of the elements that label this one. */
  readonly labels: readonly string[];
  /** Text content of elements that have one; of a combo box the entry that is selected. */
  readonly text?: string;
  /** What a tool tip or a screen reader says of an element without a name. */
  readonly description?: string;
  /** Of sliders, spin buttons, progress bars and scroll bars. */
  readonly value?: Value;
  /** AT-SPI states in lower case, for example `enabled`, `focused`, `checked`. */
  readonly states: readonly string[];
  readonly box: Box;
  /** Name of the application that owns it. */
  readonly app: string;
}

/** Where a desktop process finds the desktop of its sandbox. */
export interface DesktopAddress {
  /** Path of the X server's socket. */
  readonly socket: string;
  /** MIT-MAGIC-COOKIE-1 of the X server, 32 hexadecimal digits. */
  readonly cookie: string;
  /** Path of the session bus socket. */
  readonly sessionBus: string;
  /** Path of the accessibility bus socket. */
  readonly accessibilityBus: string;
}

/** The screen, pointer, keyboard and accessibility tree of one sandbox. */
export interface Desktop {
  screenshot(options?: ScreenshotOptions): Promise<Screenshot>;
  /** The screen as pixels; only those that changed since the last call are captured and handed over. */
  picture(): Promise<Picture>;
  /** The revision of the screen as it is now, which costs less than its picture. */
  revision(): Promise<number>;
  /** Where the screen changed after revision `since`; no boxes where that is not known any more. */
  changes(options: {
    readonly since: number;
  }): Promise<{ readonly revision: number; readonly boxes: readonly Box[] | undefined }>;
  elements(): Promise<readonly Element[]>;
  windows(): Promise<readonly Window[]>;
  perform(action: Action): Promise<void>;
  /** Asks the window manager to close a window, as its close button would. */
  closeWindow(id: number): Promise<void>;
  /** Asks the window manager to change a window, as its buttons would; it may refuse. */
  changeWindow(options: { readonly id: number; readonly to: WindowChange }): Promise<void>;
  /** Resolves with true once the screen differs from the screenshot of revision `since`, with false after `timeout` milliseconds. */
  waitForChange(options: ChangeOptions): Promise<boolean>;
}

/** A desktop whose picture can be read as well. */
export interface ReadDesktop extends Desktop {
  /** What is written anywhere in the picture, each line an element of {@link TextRole}; takes up to seconds. */
  texts?(): Promise<readonly Element[]>;
}
