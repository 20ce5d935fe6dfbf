import type { Position } from './types.js';

/**
 * What is wrong with a spec.
 *
 * - `not-text`: the file is not UTF-8 or holds a NUL
 * - `too-large`: the file exceeds 1 MiB, or its tables and uses make too many steps
 * - `too-deep`: the Markdown or YAML nests too deeply to be read
 * - `front-matter`: the front matter is not closed, not YAML or not a mapping
 * - `unknown-key`: a key of the front matter that does not exist
 * - `bad-value`: a value of the front matter that is not allowed
 * - `unsupported`: part of the language, but not available yet
 * - `bad-heading`: a heading without a title, or steps without a heading
 * - `bad-step`: a list line under a test that is not a line of text
 * - `nested-step`: a numbered line inside a step
 * - `nested-test`: a heading with steps that has headings with steps below it
 * - `unknown-label`: a label that is nearly `**Steps:**`, `**Expected Results:**` or `expect:`
 * - `bad-expectation`: an expectation that says nothing
 * - `unknown-check`: a machine check that does not exist
 * - `bad-check`: a machine check whose arguments cannot be read
 * - `bad-table`: a table of parameters that has no rows, ragged rows or unusable columns
 * - `unknown-parameter`: a `{name}` that is no column of the table
 * - `bad-secret`: a secret that is not listed, is misspelt or stands where it would be shown
 * - `bad-use`: a `use` that leads to no steps
 * - `no-expectation`: a test that expects nothing and does not say `expect: none`
 * - `no-test`: a file without a test
 * - `duplicate-test`: two tests of one suite with the same title
 */
export type SpecErrorCode =
  | 'not-text'
  | 'too-large'
  | 'too-deep'
  | 'front-matter'
  | 'unknown-key'
  | 'bad-value'
  | 'unsupported'
  | 'bad-heading'
  | 'bad-step'
  | 'nested-step'
  | 'nested-test'
  | 'unknown-label'
  | 'bad-expectation'
  | 'unknown-check'
  | 'bad-check'
  | 'bad-table'
  | 'unknown-parameter'
  | 'bad-secret'
  | 'bad-use'
  | 'no-expectation'
  | 'no-test'
  | 'duplicate-test';

/** A mistake in a spec, at a place in its file; the message does not repeat the place. */
export class SpecError extends Error {
  override readonly name = 'SpecError';
  readonly code: SpecErrorCode;
  readonly file: string;
  readonly position: Position;

  constructor(options: {
    readonly code: SpecErrorCode;
    readonly file: string;
    readonly position: Position;
    readonly message: string;
    readonly cause?: unknown;
  }) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.file = options.file;
    this.position = options.position;
  }
}
