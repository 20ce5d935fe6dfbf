import { redactError, type Secrets } from '../spec/index.js';
import type { ExecOptions, ExecResult, Sandbox } from './types.js';

/** Runs the command line that its input begins with, which has this many bytes; the rest is the command's own input. */
const fromInput = 'eval "$(head -c "$1")"';

/**
 * The same sandbox, whose commands may hold `{{secret NAME}}`, and whose output and files come without the values.
 * A command line with a value in it goes in through the standard input, since those of processes are public.
 */
export function withSecretCommands(sandbox: Sandbox, secrets: Secrets): Sandbox {
  const { redactor } = secrets;
  const safely = async <Value>(done: Promise<Value>): Promise<Value> => {
    try {
      return await done;
    } catch (error) {
      throw redactError(error, redactor);
    }
  };
  const exec = async (argv: readonly string[], options?: ExecOptions): Promise<ExecResult> => {
    const result = await sandbox.exec(...revealed({ argv, options }, secrets));
    // What was cut off may end within a value.
    const { truncated } = result;
    const clean = (output: Buffer): Buffer =>
      redactor.bytes(truncated ? output.subarray(0, output.lastIndexOf('\n') + 1) : output);
    return { ...result, stdout: clean(result.stdout), stderr: clean(result.stderr) };
  };
  return {
    ...sandbox,
    exec: (argv, options) => safely(exec(argv, options)),
    readFile: async (path) => {
      const content = await safely(sandbox.readFile(path));
      return content && redactor.bytes(content);
    },
    writeFile: (path, content) => safely(sandbox.writeFile(path, content)),
  };
}

function revealed(
  { argv, options = {} }: { readonly argv: readonly string[]; readonly options: ExecOptions | undefined },
  secrets: Secrets,
): [readonly string[], ExecOptions] {
  const isShell = argv.length === 3 && argv[0] === '/bin/sh' && argv[1] === '-c';
  const before = isShell ? argv[2]! : argv.map(quoted).join(' ');
  const command = secrets.revealInCommand(before);
  const input = options.stdin && secrets.revealBytes(options.stdin);
  const given = { ...options, ...(input && { stdin: input }) };
  if (command === before) return [argv, given];
  const script = Buffer.from(command);
  const stdin = Buffer.concat([script, input ?? Buffer.alloc(0)]);
  return [['/bin/sh', '-c', fromInput, 'sh', String(script.length)], { ...options, stdin }];
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
