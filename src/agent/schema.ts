/** What a schema library such as zod, valibot or arktype gives; https://standardschema.dev, version 1. */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => Validation<Output> | Promise<Validation<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

type Validation<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string }[] };

/** Types of answers that need no schema library. */
interface Plain {
  readonly string: string;
  readonly number: number;
  readonly boolean: boolean;
  readonly 'string[]': readonly string[];
}

/** What an answer has to be: the name of a type, or a schema that it is validated with. */
export type AnswerSchema = keyof Plain | StandardSchema;

export type AnswerOf<Schema extends AnswerSchema> = Schema extends keyof Plain
  ? Plain[Schema]
  : Schema extends StandardSchema<infer Output>
    ? Output
    : never;

/** An answer as it was read from the screen. */
export type Answer = string | number | boolean | readonly string[];

/**
 * The answer as the schema wants it; a text that is a number may be taken for one, and a number for its text.
 * Otherwise says what is wrong with it.
 */
export async function fit(
  answer: Answer,
  schema: AnswerSchema,
): Promise<{ readonly value: unknown } | { readonly problem: string }> {
  const problems: string[] = [];
  for (const candidate of [answer, ...otherwise(answer)]) {
    const validated =
      typeof schema === 'string'
        ? validatePlain(candidate, schema)
        : await schema['~standard'].validate(candidate);
    if (validated.issues === undefined) return { value: validated.value };
    problems.push(validated.issues.map(({ message }) => message).join('; '));
  }
  return { problem: problems[0]! };
}

function otherwise(answer: Answer): readonly Answer[] {
  if (typeof answer === 'number') return [String(answer)];
  const isNumber = typeof answer === 'string' && /^\s*[-+]?\d+(?:\.\d+)?\s*$/.test(answer);
  return isNumber ? [Number(answer)] : [];
}

function validatePlain(answer: Answer, wanted: keyof Plain): Validation<unknown> {
  const type = typeof answer === 'object' ? 'string[]' : typeof answer;
  return type === wanted ? { value: answer } : { issues: [{ message: `it is no ${wanted}` }] };
}
