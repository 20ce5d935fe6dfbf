import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Hands on to loaders and workers where their run reports to: the run, a colon, a directory. */
const variable = 'CODEX_TEST_REPORTS';

/**
 * Where a run reports to: `reports`, or, where another run of the project goes on, a directory of its own below,
 * since Playwright empties the directory of the attachments when it starts.
 */
export function reportsOf(options: {
  readonly reports: string;
  /** A file that says which process has `reports`. */
  readonly owner: string;
  /** Names this run. */
  readonly run: string;
}): string {
  const { reports, owner, run } = options;
  const known = process.env[variable];
  if (known?.startsWith(`${run}:`)) return known.slice(run.length + 1);
  const other = own(owner);
  const directory = other === undefined ? reports : join(reports, `run-${run}`);
  process.env[variable] = `${run}:${directory}`;
  if (other !== undefined) {
    const shown = relative(process.cwd(), directory);
    process.stderr.write(
      `codex-test: another run of this project goes on (process ${other}); this one reports to ${shown}\n`,
    );
  }
  return directory;
}

/** Takes the file for this process until it ends; gives the process that has it instead. */
function own(path: string): number | undefined {
  mkdirSync(dirname(path), { recursive: true });
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      process.once('exit', () => rmSync(path, { force: true }));
      return undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const other = Number(readText(path));
    if (other > 0 && isAlive(other)) return other;
    rmSync(path, { force: true });
  }
  return undefined;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // It has just ended.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
