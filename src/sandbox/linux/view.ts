import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import { confined, type Confinement } from './confine.js';

/**
 * What a process sees of the machine, as arguments for bubblewrap. Nothing is visible that is not
 * named here: the system's programs read-only, its settings read-only, and fresh empty places.
 */
export interface View {
  /** Host paths shown read-only in place of the system's own, below all others, inside path → host path. */
  readonly system?: Readonly<Record<string, string>>;
  /** Host paths shown read-only, inside path → host path. */
  readonly readOnly: Readonly<Record<string, string>>;
  /** Host paths shown writable, inside path → host path. */
  readonly writable: Readonly<Record<string, string>>;
  /** Fresh in-memory directories with their mode, for example `1777`. */
  readonly fresh: Readonly<Record<string, string>>;
  /** The network of whoever starts it, in place of one of its own, which has nothing but a loopback. */
  readonly network?: 'inherited';
}

const freshBytes = 1024 ** 3;

/** Arguments for a process in namespaces of its own, ended with its parent. */
export function viewArguments(view: View): string[] {
  return [
    ...['pid', 'ipc', 'uts', 'cgroup-try'].map((name) => `--unshare-${name}`),
    ...(view.network === 'inherited' ? [] : ['--unshare-net']),
    '--die-with-parent',
    '--new-session',
    '--clearenv',
    ...['--hostname', 'sandbox'],
    ...['--ro-bind', '/usr', '/usr'],
    ...systemLinks(),
    ...['--ro-bind', '/etc', '/etc'],
    ...['--proc', '/proc', '--dev', '/dev'],
    // bwrap makes missing parents with the mode of their first child.
    ...[
      '/run',
      '/run/user',
      '/run/codex-test',
      '/run/codex-test/config',
      '/run/codex-test/config/gtk-3.0',
      '/run/codex-test/config/gtk-4.0',
      '/home',
      '/var',
      '/var/cache',
    ].flatMap((path) => ['--perms', '0755', '--dir', path]),
    ...['--ro-bind-try', '/var/cache/fontconfig', '/var/cache/fontconfig'],
    ...Object.entries(view.system ?? {}).flatMap(([inside, host]) => ['--ro-bind', host, inside]),
    ...Object.entries(view.fresh).flatMap(([path, mode]) => [
      ...['--perms', mode, '--size', String(freshBytes)],
      ...['--tmpfs', path],
    ]),
    ...Object.entries(view.writable).flatMap(([inside, host]) => ['--bind', host, inside]),
    ...Object.entries(view.readOnly).flatMap(([inside, host]) => ['--ro-bind', host, inside]),
    ...['--chdir', '/'],
  ];
}

/** `/bin`, `/lib` and the like: links into `/usr` on a merged system, directories on others. */
function systemLinks(): string[] {
  return ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'].flatMap((path) => {
    if (!existsSync(path)) return [];
    return lstatSync(path).isSymbolicLink()
      ? ['--symlink', readlinkSync(path), path]
      : ['--ro-bind', path, path];
  });
}

/**
 * Command that continues as an ordinary account without any right; `environment` applies only after the drop. What runs
 * untrusted code is confined as well.
 */
export function dropTo(
  uid: number,
  environment: Readonly<Record<string, string>>,
  cwd: string,
  confinement?: Confinement,
): string[] {
  return [
    ...['/usr/bin/setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--no-new-privs'],
    ...['--bounding-set=-all', '--inh-caps=-all', '--pdeathsig=KILL', '--'],
    ...(confinement === undefined ? [] : confined(confinement)),
    ...['/usr/bin/env', '-i', `--chdir=${cwd}`],
    ...Object.entries(environment).map(([name, value]) => `${name}=${value}`),
  ];
}
