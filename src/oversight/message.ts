/** A rectangle on the screen, in pixels. */
interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A step about to be done, with what is known about it. */
export interface Question {
  /** Title of the test. */
  readonly test: string;
  /** Where the spec says so. */
  readonly place?: { readonly file: string; readonly line: number };
  readonly step: string;
  /** What the sentence is read as, one line for each action; empty when it is not understood. */
  readonly reads: readonly string[];
  /** The element that it would act on. */
  readonly target?: { readonly description: string; readonly box: Box };
  /** What else it may have meant. */
  readonly candidates: readonly string[];
  /** Why it cannot be done now, or why it just failed. */
  readonly problem?: string;
}

/** What the person wants done with a step. */
export type Answer =
  | { readonly do: 'it' | 'skip' | 'continue' }
  | { readonly do: 'instead'; readonly sentence: string };

/** What tests tell whoever watches them; `id` names the desktop. */
export type Message =
  | { readonly tell: 'desktop'; readonly id: string; readonly title: string }
  | { readonly tell: 'step'; readonly id: string; readonly step: string }
  | { readonly tell: 'target'; readonly id: string; readonly box?: Box }
  | { readonly tell: 'frame'; readonly id: string; readonly png: string }
  | { readonly tell: 'end'; readonly id: string }
  | { readonly tell: 'question'; readonly number: number; readonly question: Question };

export interface Reply {
  readonly number: number;
  readonly answer: Answer;
}
