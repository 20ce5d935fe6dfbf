// The peer: os-autoinst of Debian, with its backend for real machines on an X server that speaks VNC.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { dialogCommand, texts } from './dialog.js';
import { startObserver, type Observer } from './observer.js';

const display = { width: 1024, height: 768 };
/** The dialog stands in the middle. */
const region = { x: 312, y: 329, width: 400, height: 110 };

/** What `isotovideo` needs beyond the package itself, which forgets these in Debian 12. */
const modules = [
  ...['Cpanel::JSON::XS', 'Time::Moment', 'Try::Tiny', 'Mojo::IOLoop::ReadWriteProcess'],
  ...['JSON::Validator', 'YAML::XS', 'Socket::MsgHdr', 'List::MoreUtils'],
];

export const packages =
  'os-autoinst libcpanel-json-xs-perl libtime-moment-perl libtry-tiny-perl libmojo-ioloop-readwriteprocess-perl libjson-validator-perl libyaml-libyaml-perl libsocket-msghdr-perl liblist-moreutils-perl';

/** Whether os-autoinst can run on this machine. */
export function autoinstRuns(): boolean {
  const { error } = spawnSync('isotovideo', ['--version']);
  const loads = spawnSync('perl', [...modules.map((name) => `-M${name}`), '-e1']);
  return error === undefined && loads.status === 0;
}

/** os-autoinst with a dialog on a display of its own. */
export interface Autoinst {
  /** Waits for each change by `assert_screen`; gives the milliseconds from pixel change to its return. */
  run(delays: readonly number[], options: { readonly noWait: 0 | 1 }): Promise<readonly number[]>;
  close(): Promise<void>;
}

export async function startAutoinst(): Promise<Autoinst> {
  const root = await mkdtemp(join(tmpdir(), 'codex-test-autoinst-'));
  const server = await startServer(root);
  const pipe = join(root, 'pipe');
  const dialog = spawn('/bin/sh', ['-c', dialogCommand(pipe)], {
    stdio: 'ignore',
    detached: true,
    env: { PATH: '/usr/bin:/bin', HOME: root, DISPLAY: `:${server.number}`, NO_AT_BRIDGE: '1' },
  });
  const address = { socket: `/tmp/.X11-unix/X${server.number}`, cookie: '0'.repeat(32) };
  const observer = await startObserver(address, region);
  const place = { root, pipe, port: server.port };
  const close = async (): Promise<void> => {
    await observer.close();
    if (dialog.pid !== undefined) process.kill(-dialog.pid, 'SIGTERM');
    const gone = once(server.child, 'exit');
    server.child.kill('SIGTERM');
    await gone;
    await rm(root, { recursive: true, force: true });
  };
  try {
    await prepare(place);
  } catch (error) {
    await close();
    throw error;
  }
  return { run: (delays, options) => measure(place, observer, { delays, ...options }), close };
}

interface Server {
  readonly child: ChildProcess;
  readonly number: number;
  readonly port: number;
}

async function startServer(home: string): Promise<Server> {
  // A port that was free a moment ago; Xvnc cannot be asked for any.
  const port = 15_900 + (process.pid % 10_000);
  const child = spawn(
    'Xtigervnc',
    [
      ...['-displayfd', '3', '-geometry', `${display.width}x${display.height}`, '-depth', '24'],
      ...['-SecurityTypes', 'None', '-localhost', '-rfbport', String(port), '-nolisten', 'tcp'],
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'], env: { HOME: home, PATH: '/usr/bin:/bin' } },
  );
  const [number] = (await once(child.stdio[3] as Readable, 'data')) as [Buffer];
  return { child, number: Number(number), port };
}

interface Place {
  readonly root: string;
  readonly pipe: string;
  readonly port: number;
}

/** Lays out a project, and has os-autoinst take the pictures that it is to look for: it sees 16 bits of colour. */
async function prepare(place: Place): Promise<void> {
  const { root } = place;
  for (const name of ['commands', 'case/tests', 'case/needles'])
    await mkdir(join(root, name), { recursive: true });
  for (const name of ['on', 'off'])
    await writeFile(join(root, 'commands', name), '#!/bin/sh\n', { mode: 0o755 });
  await writeFile(
    join(root, 'case/main.pm'),
    "use Mojo::Base -strict;\nuse autotest 'loadtest';\nloadtest 'tests/bench.pm';\n1;\n",
  );
  const results = await isotovideo(
    place,
    texts.map((text) => `change(0, '${text}'); sleep 2; save_screenshot;`),
  );
  const pictures = (await readdir(results)).filter((name) => /^bench-\d+\.png$/.test(name));
  pictures.sort((a, b) => Number(/\d+/.exec(a)?.[0]) - Number(/\d+/.exec(b)?.[0]));
  for (const [index, picture] of pictures.entries()) {
    const needle = join(root, `case/needles/state${index}`);
    await copyFile(join(results, picture), `${needle}.png`);
    const area = {
      xpos: region.x,
      ypos: region.y,
      width: region.width,
      height: region.height,
      type: 'match',
    };
    await writeFile(
      `${needle}.json`,
      JSON.stringify({ area: [area], tags: [`state${index}`], properties: [] }),
    );
  }
}

async function measure(
  place: Place,
  observer: Observer,
  { delays, noWait }: { readonly delays: readonly number[]; readonly noWait: 0 | 1 },
): Promise<readonly number[]> {
  const times = join(place.root, 'times');
  await rm(times, { force: true });
  await isotovideo(
    place,
    delays.map(
      (delay, round) =>
        `wait_for(${delay.toFixed(3)}, '${texts[round % 2]}', 'state${round % 2}', ${noWait}, '${times}');`,
    ),
  );
  const lines = (await readFile(times, 'utf8')).trim().split('\n');
  return Promise.all(
    lines.map(async (line) => {
      const [asked = 0, found = 0] = line.split(' ').map((seconds) => Number(seconds) * 1000);
      return found - (await observer.changeAfter(asked));
    }),
  );
}

/** Runs a test of these lines; gives the directory of its results. */
async function isotovideo({ root, pipe, port }: Place, lines: readonly string[]): Promise<string> {
  await writeFile(join(root, 'case/tests/bench.pm'), testModule(pipe, lines));
  const pool = await mkdtemp(join(root, 'pool-'));
  await writeFile(
    join(pool, 'vars.json'),
    JSON.stringify({
      BACKEND: 'generalhw',
      GENERAL_HW_CMD_DIR: join(root, 'commands'),
      GENERAL_HW_POWERON_CMD: 'on',
      GENERAL_HW_POWEROFF_CMD: 'off',
      GENERAL_HW_NO_SERIAL: 1,
      GENERAL_HW_VNC_IP: '127.0.0.1',
      GENERAL_HW_VNC_PORT: port,
      WORKER_HOSTNAME: 'localhost',
      CASEDIR: join(root, 'case'),
      PRODUCTDIR: join(root, 'case'),
      NEEDLES_DIR: join(root, 'case/needles'),
      NOVIDEO: 1,
      DISTRI: 'bench',
      VERSION: '1',
    }),
  );
  const child = spawn('isotovideo', ['-d'], { cwd: pool, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (log = (log + text).slice(-4_000)));
  const [code] = (await once(child, 'close')) as [number | null];
  const results = join(pool, 'testresults');
  const told = await readFile(join(results, 'result-bench.json'), 'utf8').catch(() => '{}');
  const passed = (JSON.parse(told) as { readonly result?: string }).result === 'ok';
  if (code !== 0 || !passed) throw new Error(`isotovideo failed with code ${code}:\n${log}`);
  return results;
}

function testModule(pipe: string, lines: readonly string[]): string {
  return `use Mojo::Base 'basetest', -signatures;
use testapi;
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

sub change ($seconds, $text) {
    open(my $pipe, '>', '${pipe}') or die $!;
    print $pipe "$seconds $text\\n";
    close $pipe;
}

sub wait_for ($seconds, $text, $tag, $no_wait, $times) {
    my $asked = clock_gettime(CLOCK_MONOTONIC);
    change($seconds, $text);
    assert_screen($tag, timeout => 20, no_wait => $no_wait);
    my $found = clock_gettime(CLOCK_MONOTONIC);
    open(my $file, '>>', $times) or die $!;
    printf $file "%.6f %.6f\\n", $asked, $found;
    close $file;
}

sub run ($self) {
${lines.map((line) => `    ${line}`).join('\n')}
}

1;
`;
}
