import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { SandboxError } from '../error.js';
import { head, tolerateResets } from './output.js';
import { dropTo } from './view.js';

const fetchTimeout = 5 * 60_000;
/** Passed on to apt where the broker has them; apt's own settings are those of the host. */
const proxies = ['http_proxy', 'https_proxy', 'no_proxy'];

/** A package that the host lacks, as apt has chosen it. */
export interface Choice {
  /** `NAME=VERSION`, or `NAME:ARCHITECTURE=VERSION`. */
  readonly name: string;
}

export interface Apt {
  readonly uid: number;
  /** Host directory of this account, into which packages are fetched. */
  readonly directory: string;
  readonly signal: AbortSignal;
}

/** Which packages the host lacks for these to work, without those that are only recommended. */
export async function missingPackages(packages: readonly string[], apt: Apt): Promise<readonly Choice[]> {
  const { code, output } = await run(
    ['apt-get', '--simulate', '--no-install-recommends', 'install', '--', ...packages],
    apt,
  );
  if (code !== 0) throw unresolved(packages, output);
  const chosen = [...output.matchAll(/^Inst (\S+) (?:\[\S+\] )?\((\S+) .*?\[(\S+)\]\)/gm)].map(
    ([, name = '', version = '', architecture = '']) => ({
      name: `${name.includes(':') || architecture === 'all' ? name : `${name}:${architecture}`}=${version}`,
    }),
  );
  // What apt took for a pattern, or for the name of something that others provide, is not what was asked for.
  for (const name of packages) {
    const isChosen = chosen.some((choice) => choice.name.split(/[:=]/)[0] === name);
    if (!isChosen && !(await isInstalled(name, apt))) {
      throw failed(
        `"${name}" is no package of its own in the package lists of this machine. Name the package that you mean`,
      );
    }
  }
  const renewed = [...output.matchAll(/^Inst (\S+) \[/gm)].map(([, name]) => name);
  if (renewed.length > 0) {
    throw failed(
      `${packages.join(', ')} would need newer versions of what this machine has; ` +
        `install those first: sudo apt-get install --only-upgrade ${renewed.join(' ')}`,
    );
  }
  if (chosen.length !== [...output.matchAll(/^Inst /gm)].length) throw failed('what apt says cannot be read');
  const removed = [...output.matchAll(/^Remv (\S+)/gm)].map(([, name]) => name);
  if (removed.length > 0) {
    throw failed(`${packages.join(', ')} cannot be beside ${removed.join(', ')}, which this machine has`);
  }
  return chosen;
}

async function isInstalled(name: string, apt: Apt): Promise<boolean> {
  // eslint-disable-next-line no-template-curly-in-string -- dpkg-query's own syntax
  const { output } = await run(['dpkg-query', '--show', '--showformat=${db:Status-Status}\\n', name], apt);
  return /^installed$/m.test(output);
}

/** Fetches packages into the directory; apt compares them with what the signed lists say of them. */
export async function fetchPackages(choices: readonly Choice[], apt: Apt): Promise<void> {
  const options = ['-o', 'Acquire::Retries=1', '-o', 'Acquire::http::Timeout=30'];
  const names = choices.map(({ name }) => name);
  const { code, output } = await run(['apt-get', ...options, 'download', ...names], apt);
  if (code === 0) return;
  throw failed(
    `cannot fetch ${names.join(', ')}: ${errorsOf(output)}. ` +
      'Packages come from the sources of apt on this machine, over its network; where its lists are old: sudo apt-get update',
  );
}

function unresolved(packages: readonly string[], output: string): SandboxError {
  const unknown = /Unable to locate package (\S+)|Package '?([^' ]+)'? has no installation candidate/.exec(
    output,
  );
  const name = unknown?.[1] ?? unknown?.[2];
  if (name === undefined) {
    return failed(
      `apt finds no way to have ${packages.join(', ')} beside what is installed: ${errorsOf(output)}`,
    );
  }
  return failed(
    `there is no package "${name}" in the package lists of this machine. Correct its name, ` +
      'add its source to apt, or renew the lists: sudo apt-get update',
  );
}

function errorsOf(output: string): string {
  const lines = output.split('\n').filter((line) => /^(E:|Err:|W:| *\S+ : )/.test(line));
  return (lines.length > 0 ? lines : output.trim().split('\n').slice(-3)).join(' ').slice(0, 1_000);
}

function failed(why: string): SandboxError {
  return new SandboxError('setup-failed', `the packages of the setup: ${why}`);
}

/**
 * Runs a command of apt as an account without any right, which sees the host read-only, uses its network and
 * writes nothing but its directory.
 */
async function run(
  argv: readonly [string, ...string[]],
  { uid, directory, signal }: Apt,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const environment = {
    ...{ PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/tmp', LC_ALL: 'C.UTF-8' },
    ...Object.fromEntries(proxies.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))),
  };
  const view = ['--unshare-pid', '--unshare-ipc', '--die-with-parent', '--new-session', '--clearenv'];
  const places = ['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', '--bind', directory, '/tmp'];
  const child = spawn('bwrap', [...view, ...places, '--', ...dropTo(uid, environment, '/tmp'), ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: '/usr/bin:/bin' },
    detached: true, // Ctrl-C in the terminal is for the client.
    signal,
    killSignal: 'SIGKILL',
    timeout: fetchTimeout,
  });
  tolerateResets(child);
  const streams = [head(child.stdout, 1024 ** 2), head(child.stderr, 1024 ** 2)];
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output: streams.map((stream) => stream.bytes().toString('utf8')).join('\n') };
}
