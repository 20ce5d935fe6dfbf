import { existsSync, readFileSync, statSync } from 'node:fs';
import { decodeSpec, frontMatterSchema, parseSpec, SpecError, type SpecTest } from '../../spec/index.js';
import { baselineFiles, baselineNames } from '../baselines.js';
import { missingPictures } from '../pictures.js';
import { readText } from '../read.js';
import { unreadSentences } from '../unread.js';
import { readSecretFile, secretFile, secretSources, type SecretSource } from '../secrets.js';
import { UsageError } from '../usage.js';

/** One thing that `check` says about a spec. */
interface Finding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** `error`: the spec cannot run; `model`: the sentence is beyond the local agent. */
  readonly severity: 'error' | 'model';
  readonly code: string;
  readonly message: string;
}

/** Reads specs without running them, and says what is wrong and which sentences would need a model. */
export function check(args: readonly string[]): number {
  if (args.includes('--schema')) {
    process.stdout.write(`${JSON.stringify(frontMatterSchema, undefined, 2)}\n`);
    return 0;
  }
  const files = args.filter((arg) => !arg.startsWith('-'));
  const unknown = args.find((arg) => arg.startsWith('-') && arg !== '--json');
  if (unknown !== undefined)
    throw new UsageError(`check does not know ${unknown}; it takes --json and --schema`);
  if (files.length === 0) throw new UsageError('check needs a spec: codex-test check specs/editor.spec.md');
  const checked = files.map((file) => checkFile(file));
  const findings = checked.flatMap((each) => each.findings);
  const tests = checked.reduce((sum, each) => sum + each.tests, 0);
  const secrets = secretsOf(checked);
  const unused = checked.flatMap((each) => each.unused);
  if (args.includes('--json'))
    process.stdout.write(`${JSON.stringify({ tests, findings, secrets, unused }, undefined, 2)}\n`);
  else
    process.stdout.write(`${describeSecrets(secrets)}${describeUnused(unused)}${describe(findings, tests)}`);
  return findings.some(({ severity }) => severity === 'error') ? 2 : findings.length > 0 ? 1 : 0;
}

interface Checked {
  readonly file: string;
  readonly tests: number;
  readonly findings: readonly Finding[];
  /** Names of the secrets that it needs. */
  readonly secrets: readonly string[];
  /** Paths of baselines that no test of it is compared with. */
  readonly unused: readonly string[];
}

function checkFile(file: string): Checked {
  if (!existsSync(file)) throw new UsageError(`there is no file ${file}`);
  if (!statSync(file).isFile())
    throw new UsageError(`${file} is no file; check takes specs, for example ${file}/*.spec.md`);
  const source = decodeSpec(readFileSync(file), file);
  if (source instanceof SpecError)
    return { file, tests: 0, findings: [problem(source)], secrets: [], unused: [] };
  const { spec, problems } = parseSpec({ file, source, read: readText });
  return {
    file,
    secrets: spec.settings.secrets,
    tests: spec.tests.length,
    // What cannot be read may name them.
    unused: problems.length > 0 ? [] : unusedBaselines(file, spec.tests),
    findings: [
      ...problems.map(problem),
      ...spec.tests.flatMap((test) => [...unread(file, test), ...unseen(file, test)]),
    ],
  };
}

function unseen(file: string, test: SpecTest): readonly Finding[] {
  return missingPictures(file, test).map(({ position, message, file: from = file }) => ({
    ...{ file: from, ...position, severity: 'error', code: 'no-picture', message },
  }));
}

function unusedBaselines(file: string, tests: readonly SpecTest[]): readonly string[] {
  const names = new Set(tests.flatMap(baselineNames));
  return baselineFiles(file)
    .filter(({ name }) => !names.has(name))
    .map(({ path }) => path);
}

function describeUnused(paths: readonly string[]): string {
  return paths.map((path) => `${path}: no test is compared with it; remove it\n`).join('');
}

/** A secret that a spec needs, and where its value would come from. */
interface Need {
  readonly file: string;
  readonly name: string;
  readonly from?: SecretSource;
}

function secretsOf(checked: readonly Checked[]): readonly Need[] {
  if (checked.every(({ secrets }) => secrets.length === 0)) return [];
  const values = readSecretFile(process.cwd());
  return checked.flatMap(({ file, secrets }) =>
    [...secretSources(secrets, values)].map(([name, from]) => ({ file, name, ...(from && { from }) })),
  );
}

function describeSecrets(needs: readonly Need[]): string {
  return needs
    .map(({ file, name, from }) => {
      const where = { environment: 'the environment', file: `the file ${secretFile}` };
      const state =
        from === undefined
          ? `which has no value; set the variable, or write ${name}=… into ${secretFile}`
          : `which comes from ${where[from]}`;
      return `${file}: needs the secret ${name}, ${state}\n`;
    })
    .join('');
}

function problem({ file, position, code, message }: SpecError): Finding {
  return { file, ...position, severity: 'error', code, message };
}

function unread(file: string, test: SpecTest): readonly Finding[] {
  return unreadSentences(test).map(({ position, error, ...from }) => ({
    file: from.file ?? file,
    ...position,
    severity: 'model',
    code: error.code,
    message: error.message,
  }));
}

function describe(findings: readonly Finding[], tests: number): string {
  const lines = findings.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`);
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const model = findings.length - errors;
  const sum = `${tests} test${tests === 1 ? '' : 's'}, ${errors} error${errors === 1 ? '' : 's'}, ${model} sentence${model === 1 ? '' : 's'} beyond the local agent`;
  return [...lines, sum, ''].join('\n');
}
