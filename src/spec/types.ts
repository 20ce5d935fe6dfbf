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
  readonly network: 'offline' | 'online';
  readonly level: 'elevated' | 'unelevated' | 'any';
  /** Size of the screen in pixels. */
  readonly display: { readonly width: number; readonly height: number };
  /** Files copied into the home before the test, relative to the spec. */
  readonly files: readonly string[];
  /** Value of `LANG` in the sandbox, for example `C.UTF-8`. */
  readonly locale: string;
  /** Time limit of one test in milliseconds. */
  readonly timeout: number;
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
  readonly position: Position;
  /** Last line that belongs to the test. */
  readonly endLine: number;
  readonly steps: readonly Step[];
  /** Judged after the last step. */
  readonly expectations: readonly Expectation[];
}

export interface Step {
  /** Empty when nothing is done and only the expectations are judged. */
  readonly text: string;
  readonly position: Position;
  /** Judged right after the step. */
  readonly expectations: readonly Expectation[];
}

/** What must hold: a sentence, or a machine check written as a code span. */
export type Expectation =
  | { readonly kind: 'prose'; readonly text: string; readonly position: Position }
  | { readonly kind: 'check'; readonly text: string; readonly position: Position; readonly check: Check };

/** What a text is compared with. `like` is a pattern in which `*` stands for any run of characters. */
export type Matcher =
  | { readonly op: 'is' | 'contains' | 'like'; readonly text: string }
  | { readonly op: 'matches'; readonly pattern: string; readonly flags: string };

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
      readonly masks: readonly string[];
    });
