import { execFileSync } from 'node:child_process';
import {
  accessSync,
  chownSync,
  constants,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { SandboxError } from '../error.js';
import { claimDirectory, runnerUid } from './state.js';

/** Nothing of a run goes on without the command line, which holds the broker. */
const endWithParent = ['--pdeathsig=KILL'];

/** How to run a command without root's rights. */
export interface Ordinary {
  readonly uid: number;
  /** The command to start in place of `command`. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Where the command leaves what belongs into the project, when it may not write there itself. */
  readonly outbox?: string;
  dispose(): void;
}

/**
 * Who runs the tests when codex-test itself is root: the person who called sudo, else the owner of the
 * project, else an account of ours, which exists only in the mount namespace of the command.
 */
export function ordinaryUser(options: {
  readonly command: readonly string[];
  /** Directory of the project. */
  readonly project: string;
  /** Directories that the command reads, such as the packages and Node's own. */
  readonly reads: readonly string[];
  /** Directories in the project that the command writes; made where absent. */
  readonly writes: readonly string[];
}): Ordinary {
  const uid = process.getuid?.() ?? 0;
  if (uid !== 0) {
    return {
      uid,
      command: ['setpriv', ...endWithParent, '--', ...options.command],
      environment: {},
      dispose: () => {},
    };
  }
  const owner = statSync(options.project).uid;
  const person = Number(process.env['SUDO_UID'] ?? 0) || (owner === runnerUid ? 0 : owner);
  return person === 0 ? accountOfOurs(options) : existingAccount(person, options.command);
}

function existingAccount(uid: number, command: readonly string[]): Ordinary {
  const entry = passwdEntry(uid);
  const drop = [
    'setpriv',
    `--reuid=${uid}`,
    `--regid=${entry.gid}`,
    entry.name === undefined ? '--clear-groups' : '--init-groups',
    ...endWithParent,
  ];
  return {
    uid,
    command: [...drop, '--', ...command],
    environment: { HOME: entry.home, USER: entry.name ?? String(uid), LOGNAME: entry.name ?? String(uid) },
    dispose: () => {},
  };
}

function passwdEntry(uid: number): { readonly gid: number; readonly name?: string; readonly home: string } {
  try {
    const [name, , , gid, , home] = execFileSync('getent', ['passwd', String(uid)], { encoding: 'utf8' })
      .trim()
      .split(':');
    return { gid: Number(gid), home: home || '/', ...(name === undefined ? {} : { name }) };
  } catch {
    return { gid: uid, home: '/' }; // A numeric owner without an entry, as in containers.
  }
}

function accountOfOurs(options: Parameters<typeof ordinaryUser>[0]): Ordinary {
  for (const path of options.writes) giveTo(path);
  const { directory: scratch } = claimDirectory({ mode: 0o711 });
  const [home, outbox] = [join(scratch, 'home'), join(scratch, 'outbox')];
  for (const path of [home, outbox]) {
    mkdirSync(path);
    chownSync(path, runnerUid, runnerUid);
  }
  const passwd = join(scratch, 'passwd');
  writeFileSync(
    passwd,
    `root:x:0:0:root:/root:/usr/sbin/nologin\ncodex-test:x:${runnerUid}:${runnerUid}::${home}:/bin/sh\n`,
  );
  const shown = [...new Set([options.project, ...options.reads])].flatMap(reveal);
  return {
    uid: runnerUid,
    command: [
      // Ctrl-C is for Playwright, which gets it from the terminal too and then ends by itself.
      ...['/bin/sh', '-c', 'trap "" INT; exec "$0" "$@"'],
      ...[
        'bwrap',
        '--die-with-parent',
        '--dev-bind',
        '/',
        '/',
        ...shown,
        '--ro-bind',
        passwd,
        '/etc/passwd',
        '--',
      ],
      ...[
        'setpriv',
        `--reuid=${runnerUid}`,
        `--regid=${runnerUid}`,
        '--clear-groups',
        '--bounding-set=-all',
        '--inh-caps=-all',
        ...endWithParent,
        '--',
      ],
      ...options.command,
    ],
    environment: { HOME: home, USER: 'codex-test', LOGNAME: 'codex-test' },
    // What belongs to our account already it writes itself.
    ...(statSync(options.project).uid === runnerUid ? {} : { outbox }),
    dispose: () => rmSync(scratch, { recursive: true, force: true }),
  };
}

/** Makes a directory and gives it with its content to our account; never through a link. */
function giveTo(path: string): void {
  mkdirSync(path, { recursive: true });
  if (!lstatSync(path).isDirectory())
    throw new SandboxError('no-rights', `${path} is a link; results are only written to real directories`);
  execFileSync('chown', ['-R', '--no-dereference', '-P', `${runnerUid}:${runnerUid}`, '--', path]);
}

/**
 * Arguments for bubblewrap that let other accounts through to `path`: every directory above that only root
 * may enter is covered by an empty one, in which the way goes on. The host's own permissions stay as they are.
 */
function reveal(path: string): string[] {
  const closed = ancestorsOf(path).find((directory) => (statSync(directory).mode & 0o005) !== 0o005);
  if (closed === undefined) return [];
  if (closed !== path) return ['--perms', '0755', '--tmpfs', closed, '--dev-bind', path, path];
  const entries = readdirSync(path).map((entry) => join(path, entry));
  return ['--perms', '0755', '--tmpfs', path, ...entries.flatMap((entry) => ['--dev-bind', entry, entry])];
}

/** From the root down to `path` itself. */
function ancestorsOf(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [...ancestorsOf(parent), path];
}

/** Throws where others may not read `path`, as after a clone with umask 077. */
export function requireReadable(path: string): void {
  accessSync(path, constants.R_OK);
  if (process.getuid?.() !== 0 || (statSync(path).mode & 0o004) !== 0) return;
  throw new SandboxError(
    'no-rights',
    `tests run as an ordinary account, which may not read ${path}. Run codex-test as an ordinary user with sudo rights, or: chmod -R o+rX ${dirname(path)}`,
  );
}
