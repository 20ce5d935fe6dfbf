import { existsSync, readFileSync, writeFileSync, rmSync } from 'node:fs';
import { test as base, expect } from '@playwright/test';
import { connectBroker, startBroker, type Sandbox } from '../index.js';
import { maxOutputBytes } from '../protocol.js';
import * as host from './testing.js';

const test = base.extend<object, { readonly sandbox: Sandbox }>({
  sandbox: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures from the pattern
    async ({}, use) => {
      const process = await startBroker({ user: host.user });
      const broker = await connectBroker(process.socket);
      await use(await broker.provision(host.options));
      await broker.close();
      await process.stop();
    },
    { scope: 'worker' },
  ],
});

const sh = (script: string, ...args: readonly string[]): string[] => ['/bin/sh', '-c', script, 'sh', ...args];
const ended = {
  code: 0,
  stdout: Buffer.alloc(0),
  stderr: Buffer.alloc(0),
  truncated: false,
  timedOut: false,
};

test.describe('exec', () => {
  test('gives exit code and both outputs', async ({ sandbox }) => {
    expect(await sandbox.exec(sh('echo out; echo err >&2; exit 7'))).toEqual({
      ...ended,
      code: 7,
      stdout: Buffer.from('out\n'),
      stderr: Buffer.from('err\n'),
    });
    expect(await sandbox.exec(['/bin/true'])).toEqual(ended);
  });

  test('gives 128 + the number of a signal, and 127 for a program that is not there', async ({ sandbox }) => {
    const codes = [];
    for (const signal of ['SEGV', 'TERM', 'KILL'])
      codes.push((await sandbox.exec(sh(`kill -${signal} $$`))).code);
    codes.push((await sandbox.exec(['no-such-program'])).code);
    expect(codes).toEqual([139, 143, 137, 127]);
  });

  test('hands on input, arguments and variables unchanged', async ({ sandbox }) => {
    const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, i) => i % 256));
    expect(await sandbox.exec(['/bin/cat'], { stdin: bytes })).toEqual({ ...ended, stdout: bytes });
    expect(await sandbox.exec(['/bin/cat'], { stdin: Buffer.alloc(0) })).toEqual(ended);
    // A program that does not read its input is no failure.
    expect(await sandbox.exec(['/bin/true'], { stdin: bytes })).toEqual(ended);
    const odd = ' a "b" \'c\' $HOME \\ \n\u2028\u{1f600} --chdir=/ ';
    const result = await sandbox.exec(sh('printf %s "$1$ODD$LANG"', odd), {
      env: { ODD: odd, LANG: 'de_DE' },
    });
    expect(result).toEqual({ ...ended, stdout: Buffer.from(`${odd}${odd}de_DE`) });
  });

  test('kills a command after its timeout, with what it started', async ({ sandbox }) => {
    const began = performance.now();
    const script = 'trap "" TERM INT; echo begun; sleep 3601 & sleep 3602; echo late';
    const result = await sandbox.exec(sh(script), { timeout: 300 });
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(result).toEqual({ ...ended, code: 137, timedOut: true, stdout: Buffer.from('begun\n') });
    await host.until('the end of both', () => {
      const left = host.processesOfUids([sandbox.uid]).filter(({ command }) => /sleep 360/.test(command));
      return left.length === 0 ? true : undefined;
    });
  });

  test('does not wait for what a command leaves in the background', async ({ sandbox }) => {
    const began = performance.now();
    const { code, stdout } = await sandbox.exec(sh('sleep 3603 & echo $!'));
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(code).toBe(0);
    expect((await sandbox.exec(sh('kill "$1"', stdout.toString().trim()))).code).toBe(0);
  });

  test('keeps the first MiB of each output', async ({ sandbox }) => {
    const script = 'head -c "$1" /dev/zero; head -c "$2" /dev/zero >&2';
    const exact = await sandbox.exec(sh(script, String(maxOutputBytes), '10'));
    const more = await sandbox.exec(sh(script, '10', String(3 * maxOutputBytes)));
    const summary = [exact, more].map(({ stdout, stderr, truncated }) => [
      stdout.length,
      stderr.length,
      truncated,
    ]);
    expect(summary).toEqual([
      [maxOutputBytes, 10, false],
      [10, maxOutputBytes, true],
    ]);
  });

  test('loads a library of the caller into the command only', async ({ sandbox }) => {
    const env = { LD_PRELOAD: '/tmp/nothing.so' };
    const { stderr } = await sandbox.exec(['/bin/true'], { env });
    // The loader of every program that gets the variable complains once.
    expect(stderr.toString().match(/nothing\.so/g)).toHaveLength(1);
    const running = sandbox.exec(['/bin/sleep', '3604'], { env, timeout: 20_000 });
    const sleeper = await host.until('the command', () =>
      host.processesOfUids([sandbox.uid]).find(({ command }) => command.endsWith('sleep 3604')),
    );
    const preloaded = host
      .processes()
      .filter(({ pid }) => environment(pid).includes('LD_PRELOAD=/tmp/nothing.so'));
    expect(preloaded.map(({ uids }) => uids)).toEqual([Array.from({ length: 4 }, () => sandbox.uid)]);
    process.kill(sleeper.pid, 'SIGKILL');
    expect(await running).toMatchObject({ code: 137, timedOut: false });
  });

  test('runs many commands at once', async ({ sandbox }) => {
    const numbers = Array.from({ length: 30 }, (_, i) => String(i));
    const results = await Promise.all(numbers.map((number) => sandbox.exec(['/bin/echo', number])));
    expect(results.map(({ stdout }) => stdout.toString())).toEqual(numbers.map((number) => `${number}\n`));
  });

  test('refuses what is too large and goes on', async ({ sandbox }) => {
    const stdin = Buffer.alloc(13 * 1024 * 1024);
    await expect(sandbox.exec(['/bin/cat'], { stdin })).rejects.toMatchObject({ code: 'bad-message' });
    await expect(sandbox.exec(['/bin/echo', 'a\0b'])).rejects.toMatchObject({ code: 'bad-message' });
    await expect(sandbox.exec([])).rejects.toMatchObject({ code: 'bad-message' });
    const long = Array.from({ length: 1024 }, () => 'x'.repeat(8_000));
    await expect(sandbox.exec(['/bin/echo', ...long.slice(1)])).rejects.toMatchObject({ code: 'provision' });
    expect(await sandbox.exec(['/bin/true'])).toEqual(ended);
  });
});

function environment(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

test.describe('files', () => {
  test('writes and reads what is in the sandbox, in the home by ~', async ({ sandbox }) => {
    const empty = `/tmp/codex-test-empty-${process.pid}`;
    const bytes = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 256));
    await sandbox.writeFile('~/a b/"c"/$d', bytes);
    await sandbox.writeFile(empty, Buffer.alloc(0));
    expect(await sandbox.readFile('~/a b/"c"/$d')).toEqual(bytes);
    expect(await sandbox.readFile(empty)).toEqual(Buffer.alloc(0));
    const { stdout } = await sandbox.exec(sh('cd; stat -c "%U %a" "a b/\\"c\\"/\\$d"'));
    expect(stdout.toString()).toBe('codex-test-offline 644\n');
    expect(existsSync(empty)).toBe(false);
  });

  test('gives undefined for a file that is not there', async ({ sandbox }) => {
    expect(await sandbox.readFile('~/none')).toBeUndefined();
    expect(await sandbox.readFile('/no/such/directory/none')).toBeUndefined();
  });

  test('follows a link no further than the account may', async ({ sandbox }) => {
    const outside = `/tmp/codex-test-outside-${process.pid}`;
    writeFileSync(outside, 'of the host', { mode: 0o666 });
    try {
      await sandbox.exec(
        sh('cd; ln -s /etc/shadow shadow; ln -s "$1" outside; ln -s /proc/1/root root', outside),
      );
      await expect(sandbox.readFile('~/shadow')).rejects.toMatchObject({ code: 'provision' });
      expect(await sandbox.readFile('~/outside')).toBeUndefined();
      expect(await sandbox.readFile(`~/root${outside}`)).toBeUndefined();
      await expect(sandbox.writeFile('~/shadow', Buffer.from('x'))).rejects.toMatchObject({
        code: 'provision',
      });
      await sandbox.writeFile('~/outside', Buffer.from('of the sandbox'));
      expect(readFileSync(outside, 'utf8')).toBe('of the host');
    } finally {
      rmSync(outside);
    }
  });

  test('refuses at once what is no regular file or too large', async ({ sandbox }) => {
    await sandbox.exec(
      sh('cd; mkfifo fifo; ln -s fifo link; mkdir directory; head -c 1048577 /dev/zero > large'),
    );
    const began = performance.now();
    for (const [name, why] of [
      ['fifo', 'not a regular file'],
      ['link', 'not a regular file'],
      ['directory', 'not a regular file'],
      ['large', 'more than 1 MiB'],
    ] as const) {
      const failed = expect(sandbox.readFile(`~/${name}`)).rejects;
      await failed.toMatchObject({ code: 'provision', message: expect.stringContaining(why) });
    }
    for (const path of ['/dev/zero', '/proc/self/mem']) {
      await expect(sandbox.readFile(path)).rejects.toMatchObject({ code: 'provision' });
    }
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
