// An internet for tests: network namespaces with public addresses in them, of which nothing leaves this machine.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { brokerMain, startBrokerWith, until, user } from './testing.js';

/** What the far side saw, which decides over what got out. */
export type Seen =
  | { readonly kind: 'ready' }
  | { readonly kind: 'dns'; readonly name: string }
  | { readonly kind: 'tcp'; readonly at: string }
  | {
      readonly kind: 'http';
      readonly at: string;
      readonly host: string;
      readonly path: string;
      readonly body: string;
    };

/** Addresses of the far side, and those of the near side, which has the broker. */
export const places = {
  names: '9.9.9.9',
  web: '93.184.216.34',
  other: '93.184.216.35',
  web6: '2606:2800:220:1::34',
  /** A private network behind the near side. */
  private: '10.20.30.40',
  near: '93.184.216.1',
} as const;

/** What the name server knows; a function gives the answer of each turn. */
export const names: Readonly<Record<string, readonly string[] | ((turn: number) => readonly string[])>> = {
  'good.example': [places.web],
  'www.good.example': [places.web],
  'other.example': [places.other],
  'six.example': [places.web6],
  'xn--bcher-kva.example': [places.web],
  'private.example': [places.private],
  'loop.example': ['127.0.0.1'],
  'near.example': [places.near],
  'mapped.example': ['::ffff:127.0.0.1'],
  'local6.example': ['::1', 'fe80::1', 'fd00::1'],
  'mixed.example': [places.web, '127.0.0.1'],
  'rebind.example': (turn) => (turn === 0 ? [places.web] : ['127.0.0.1']),
};

export interface Internet {
  /** All that the far side saw since {@link forget}. */
  readonly seen: readonly Seen[];
  forget(): void;
  /** Command that runs another one where the broker runs. */
  readonly enter: readonly [string, ...string[]];
  /** Starts a broker whose machine has this internet. */
  startBroker(): ReturnType<typeof startBrokerWith>;
  close(): Promise<void>;
}

const world = fileURLToPath(new URL('testingWorld.js', import.meta.url));

/** Makes the near side and the far side, joined by a cable. */
export async function openInternet(): Promise<Internet> {
  const directory = mkdtempSync(join(tmpdir(), 'codex-test-internet-'));
  const resolv = join(directory, 'resolv.conf');
  writeFileSync(resolv, `nameserver ${places.names}\noptions attempts:1 timeout:2\n`);
  const far = namespace(['--net'], 'ip link set lo up');
  await far.ready;
  const near = namespace(
    ['--net', '--mount'],
    `mount --bind ${resolv} "$(readlink -f /etc/resolv.conf)"
     ip link set lo up
     ip link add cable type veth peer name cable netns ${far.process.pid}
     ip address add ${places.near}/24 dev cable; ip -6 address add 2606:2800:220:1::1/64 dev cable nodad
     ip link set cable up`,
  );
  await near.ready;
  const inFar = `ip link set cable up
    for address in ${places.web} ${places.other}; do ip address add $address/24 dev cable; done
    ip -6 address add ${places.web6}/64 dev cable nodad
    for address in ${places.names} ${places.private}; do ip address add $address/32 dev lo; done`;
  await done(['nsenter', `--net=/proc/${far.process.pid}/ns/net`, 'sh', '-ec', inFar]);
  const enter = [
    'nsenter',
    ...['net', 'mnt'].map(
      (kind) => `--${kind === 'mnt' ? 'mount' : kind}=/proc/${near.process.pid}/ns/${kind}`,
    ),
    '--',
  ] as const as [string, ...string[]];
  await done([
    ...enter,
    'sh',
    '-ec',
    `ip route add default via ${places.web}; ip -6 route add default via ${places.web6}`,
  ]);
  const server = spawn('nsenter', [`--net=/proc/${far.process.pid}/ns/net`, '--', process.execPath, world], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const seen: Seen[] = [];
  let text = '';
  server.stdout.on('data', (chunk: Buffer) => {
    const lines = (text + String(chunk)).split('\n');
    text = lines.pop() ?? '';
    seen.push(...lines.map((line) => JSON.parse(line) as Seen));
  });
  await until('the far side', () => seen.find(({ kind }) => kind === 'ready'));
  seen.length = 0;
  return {
    seen,
    forget: () => void seen.splice(0),
    enter,
    startBroker: () => startBrokerWith([...enter, process.execPath, brokerMain, String(user)]),
    close: async () => {
      for (const { stdin } of [server, near.process, far.process]) stdin?.end();
      await Promise.all([server, near.process, far.process].map(ended));
      rmSync(directory, { recursive: true });
    },
  };
}

/** Namespaces that last until the standard input of their process ends. */
function namespace(
  kinds: readonly string[],
  script: string,
): { readonly process: ChildProcess; readonly ready: Promise<void> } {
  const wait = `set -e; ${script}\necho ready; exec cat`;
  const child = spawn('unshare', [...kinds, '--', 'sh', '-c', wait], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', () => reject(new Error('no namespace')));
  });
  return { process: child, ready };
}

async function done(command: readonly string[]): Promise<void> {
  const child = spawn(command[0]!, command.slice(1), { stdio: ['ignore', 'inherit', 'inherit'] });
  await ended(child);
  if (child.exitCode !== 0) throw new Error(`${command.join(' ')} failed`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((resolve) => child.once('exit', resolve));
}
