import type { Body, DraftStep } from './body.js';
import { parseCheck } from './check.js';
import { SpecError } from './error.js';
import type { DraftExpectation, Template } from './expectation.js';
import { fill } from './fill.js';
import { refuseOutside, refuseSecrets, refuseUnquoted, rejectSecret } from './secret.js';
import type { Source } from './source.js';
import { didYouMean } from './suggest.js';
import { type Row, describeRow } from './table.js';
import type { Expectation, Step } from './types.js';
import { type Reference, readUse } from './use.js';

/** A line that stands for the steps of another test, and what must hold after them. */
export interface UseLine {
  readonly use: Reference;
  readonly offset: number;
  readonly expectations: readonly Expectation[];
}

/** The steps of a test with their places filled in and their checks read. */
export interface Instance {
  readonly steps: readonly (Step | UseLine)[];
  readonly expectations: readonly Expectation[];
}

interface Filling {
  readonly source: Source;
  readonly row: Row | undefined;
  /** Names that the front matter lists. */
  readonly secrets: readonly string[];
}

/** Fills what stands under a heading with one row of its table, or with none. */
export function instantiate(filling: Filling, { steps, expectations }: Body): Instance {
  return {
    steps: steps.flatMap((step) => fillStep(filling, step) ?? []),
    expectations: expectations.flatMap((each) => fillExpectation(filling, each) ?? []),
  };
}

/** Fills a sentence or a title; a name that is no column was reported. */
export function fillProse(
  { source, row }: Pick<Filling, 'source' | 'row'>,
  template: Template,
): { readonly text: string; readonly used: readonly string[] } {
  return fillTemplate({ source, row }, { template, kind: 'prose' });
}

function fillTemplate(
  { source, row }: Pick<Filling, 'source' | 'row'>,
  { template, kind }: { readonly template: Template; readonly kind: 'prose' | 'check' },
) {
  const filled = fill(template.text, { row, kind });
  const columns = [...(row?.cells.keys() ?? [])];
  for (const { name, written } of filled.unknown) {
    const advice =
      didYouMean(name, columns) || ` It has ${columns.join(', ')}. Write "\\{" for a brace of the text.`;
    const message = `The table has no column "${name}".${advice}`;
    source.report({ code: 'unknown-parameter', offset: locate(source, { template, written }), message });
  }
  return filled;
}

function fillStep(filling: Filling, step: DraftStep): Step | UseLine | undefined {
  const { source, secrets } = filling;
  const { text } = fillProse(filling, step);
  const expectations = step.expectations.flatMap((each) => fillExpectation(filling, each) ?? []);
  const use = readUse(text);
  const { offset } = step;
  if (use === undefined) {
    const refused = refuseSecrets(text, secrets);
    if (refused !== undefined) reportSecret(source, { template: step, message: refused });
    return { text, position: source.position(offset), expectations };
  }
  if (typeof use === 'string') source.report({ code: 'bad-use', offset, message: use });
  else if (!rejectSecret(source, { text, offset, where: 'a "use"' })) return { use, offset, expectations };
  return undefined;
}

function fillExpectation(filling: Filling, template: DraftExpectation): Expectation | undefined {
  const { source, secrets } = filling;
  const position = source.position(template.offset);
  const { kind } = template;
  const { text } = fillTemplate(filling, { template, kind });
  const refused = refuseSecrets(text, secrets) ?? (kind === 'prose' ? refuseUnquoted(text) : undefined);
  if (refused !== undefined) {
    reportSecret(source, { template, message: refused });
    return undefined;
  }
  if (kind === 'prose') return { kind, text, position };
  const check = parseCheck(text, { file: source.file, position });
  if (check instanceof SpecError) {
    source.problems.push(atRow(filling, { error: check, template, filled: text }));
    return undefined;
  }
  const outside = refuseOutside(text, check);
  if (outside !== undefined) {
    reportSecret(source, { template, message: outside });
    return undefined;
  }
  return { kind, text, position, check };
}

// A column of the filled text is no column of the file.
function atRow(
  { source, row }: Filling,
  {
    error,
    template,
    filled,
  }: { readonly error: SpecError; readonly template: Template; readonly filled: string },
): SpecError {
  if (!row || filled === template.text) return error;
  const { line } = source.position(row.offset);
  const message = `${error.message} This is so for the row at line ${line} (${describeRow(row)}).`;
  const { code, file } = error;
  return new SpecError({ code, file, position: source.position(template.offset), message });
}

function reportSecret(
  source: Source,
  { template, message }: { readonly template: Template; readonly message: string },
): void {
  source.report({ code: 'bad-secret', offset: locate(source, { template, written: '{{' }), message });
}

function locate(
  source: Source,
  { template, written }: { readonly template: Template; readonly written: string },
): number {
  const found = source.text.indexOf(written, template.offset);
  return found >= 0 && found < template.end ? found : template.offset;
}
