/** A place in a spec file; both numbers count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** How a test wants its sandbox and desktop; every value has a default, see {@link defaultSettings}. */
export interface Settings {
  readonly kind: 'gui';
  /** Command line started before the first step; `none` starts nothing. */
  readonly app: string;
  readonly network: Network;
  readonly level: 'elevated' | 'unelevated' | 'any';
  /** Size of the screen in pixels. */
  readonly display: { readonly width: number; readonly height: number };
  /** Files copied into the home before the test, relative to the spec. */
  readonly files: readonly string[];
  /** Value of `LANG` in the sandbox, for example `C.UTF-8`. */
  readonly locale: string;
  /** Time limit of one test in milliseconds. */
  readonly timeout: number;
  /** Variables set in the sandbox, by name. */
  readonly env: Readonly<Record<string, string>>;
  /** IANA name such as `Europe/Berlin`, or `UTC`. */
  readonly timezone: string;
  /** XKB layout, with its variant in brackets: `us`, `de(nodeadkeys)`. */
  readonly keyboard: string;
  readonly theme: 'light' | 'dark';
  /** Scale of the interface in percent. */
  readonly scale: 100 | 125 | 150 | 175 | 200;
  /** Names of the secrets that the spec may use; their values are never in it. */
  readonly secrets: readonly string[];
  /** What is done to the sandbox before the application starts. */
  readonly setup: Setup;
  /** How screens are compared with their baselines. */
  readonly screenshots: Screenshots;
  /** Whether programs may make namespaces of their own; `browsers` where `app` is a known one. */
  readonly nested: boolean | 'browsers';
  /** What all processes of the account may have together. */
  readonly limits: Limits;
}

/** Where nothing is said, those of the sandbox hold. */
export interface Limits {
  /** Bytes, in-memory files included. */
  readonly memory?: number;
  /** Processes and threads. */
  readonly processes?: number;
}

/**
 * What the application reaches beyond the sandbox: nothing, what the configuration allows, or what is listed, which is
 * `offline` where neither `allow` nor `deny` is.
 */
export type Network = 'offline' | 'online' | NetworkRules;

/**
 * Destinations are `example.com`, `*.example.com` for what is below it, `**.example.com` for both, `*` for all, or
 * addresses; with `:PORT` or `:*`.
 */
export interface NetworkRules {
  /** On ports 80 and 443 where an entry has no port. */
  readonly allow?: readonly string[];
  /** Wins over `allow`; every port where an entry has none. */
  readonly deny?: readonly string[];
  /** Ports of the machine's loopback. */
  readonly localhost?: readonly number[];
}

/** Preparations of a sandbox, packages first. */
export interface Setup {
  /** Names of packages of the system to install. */
  readonly packages: readonly string[];
  /** Command line to run. */
  readonly command?: string;
}

/** How the `screenshot` checks of a file compare where they do not say it themselves. */
export interface Screenshots {
  readonly level: ScreenshotLevel;
}

/** One spec file, parsed. */
export interface Spec {
  readonly file: string;
  readonly settings: Settings;
  readonly tests: readonly SpecTest[];
}

/** The deepest heading that has steps. */
export interface SpecTest {
  /** Titles of the headings above it, outermost first. */
  readonly suites: readonly string[];
  readonly title: string;
  /** Tags with their `@`, those of the suites included. */
  readonly tags: readonly string[];
  /** The heading, or the row when the test is made of a row of a table. */
  readonly position: Position;
  /** Last line that belongs to the test. */
  readonly endLine: number;
  /** Where a test made of a row has its heading, and the last line below it. */
  readonly section?: { readonly position: Position; readonly endLine: number };
  readonly steps: readonly Step[];
  /** Judged after the last step. */
  readonly expectations: readonly Expectation[];
}

export interface Step {
  /** Empty when nothing is done and only the expectations are judged; holds `{{secret NAME}}` as written. */
  readonly text: string;
  readonly position: Position;
  /** The spec that the step stands in, when it is another one. */
  readonly file?: string;
  /** Judged right after the step. */
  readonly expectations: readonly Expectation[];
}

interface ExpectationBase {
  readonly text: string;
  readonly position: Position;
  /** The spec that the expectation stands in, when it is another one. */
  readonly file?: string;
}

/** What must hold: a sentence, or a machine check written as a code span. */
export type Expectation =
  | (ExpectationBase & { readonly kind: 'prose' })
  | (ExpectationBase & { readonly kind: 'check'; readonly check: Check });

/** What a text is compared with. `like` is a pattern in which `*` stands for any run of characters. */
export type Matcher =
  | { readonly op: 'is' | 'like'; readonly text: string }
  | { readonly op: 'contains'; readonly text: string }
  | { readonly op: 'matches'; readonly pattern: string; readonly flags: string };

/**
 * What may differ between a screen and its baseline, the visible at least: `pixels` nothing, `strict` what no person
 * would call a change, `layout` also how things are drawn, `text` all but what is written.
 */
export type ScreenshotLevel = 'pixels' | 'strict' | 'layout' | 'text';

/** What a comparison of screens leaves out: an element, whatever is written so, or a part in pixels. */
export type Mask =
  | { readonly by: 'element'; readonly phrase: string }
  | { readonly by: 'text'; readonly match: Extract<Matcher, { op: 'contains' | 'matches' }> }
  | {
      readonly by: 'region';
      /** In pixels from the upper left corner of what is compared. */
      readonly box: {
        readonly x: number;
        readonly y: number;
        readonly width: number;
        readonly height: number;
      };
    };

interface CheckBase {
  readonly not: boolean;
  /** How long the check may take to become true, in milliseconds. */
  readonly within?: number;
}

/** A machine check, judged without any model. */
export type Check =
  | (CheckBase & { readonly name: 'text'; readonly match: Matcher })
  | (CheckBase & { readonly name: 'window'; readonly match: Matcher })
  | (CheckBase & { readonly name: 'file'; readonly path: string; readonly match?: Matcher })
  | (CheckBase & {
      readonly name: 'screenshot';
      readonly baseline: string;
      readonly masks: readonly Mask[];
      /** That of the file by default. */
      readonly level?: ScreenshotLevel;
      /** The element whose area alone is compared, as a phrase such as `the status bar`. */
      readonly of?: string;
    })
  /** Whether a picture, a PNG below the folder of the spec, is anywhere on the screen. */
  | (CheckBase & { readonly name: 'image'; readonly path: string })
  /** The value of the field with the name `field`. */
  | (CheckBase & { readonly name: 'value'; readonly field: string; readonly match: Matcher })
  /** Whether a process runs whose program has this name. */
  | (CheckBase & { readonly name: 'process'; readonly program: string })
  /** The exit code of the application. */
  | (CheckBase & { readonly name: 'exit'; readonly code: number })
  | (CheckBase & { readonly name: 'clipboard'; readonly match: Matcher })
  /** `not` is about the output alone; the exit code is always judged. */
  | (CheckBase & {
      readonly name: 'command';
      readonly command: string;
      readonly exits: number;
      readonly match?: Matcher;
    });
