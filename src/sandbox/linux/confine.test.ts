import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import type { SandboxError } from '../error.js';
import { memoryLayout } from './cgroup.js';
import { filterProgram } from './seccomp.js';
import * as host from './testing.js';
import { inside, leasesOf, run, test } from './testingFixtures.js';

/** Makes a system call with numbers of x86-64 and tells its error; nothing where it works. */
const call = (number: number, ...args: readonly (number | string)[]): string =>
  `perl -e 'syscall(${[number, ...args].join(', ')}) == -1 and print $!'`;

const forbidden = 'Operation not permitted';
const missing = 'Function not implemented';
const NEWUSER = 0x10000000;
const SIGCHLD = 17;

const calls: readonly (readonly [name: string, script: string, refusal: string])[] = [
  ['ptrace TRACEME', call(101, 0, 0, 0, 0), forbidden],
  ['process_vm_readv of itself', call(310, '0+$$', 0, 0, 0, 0, 0), forbidden],
  ['kcmp of itself', call(312, '0+$$', '0+$$', 0, 0, 1), forbidden],
  ['move_pages of nothing', call(279, 0, 0, 0, 0, 0, 0), forbidden],
  ['bpf', call(321, 99, 0, 0), forbidden],
  ['io_uring_setup', call(425, 0, 0), missing],
  ['keyctl', call(250, 99, 0, 0, 0, 0), missing],
  ['unshare of the user namespace', call(272, NEWUSER), forbidden],
  [
    'clone with a user namespace',
    `perl -e '$p = syscall(56, ${NEWUSER | SIGCHLD}, 0, 0, 0, 0); $p == -1 ? print $! : $p || exit'`,
    forbidden,
  ],
  ['clone3', call(435, 0, 0), missing],
  ['TIOCSTI', call(16, 0, 0x5412, '$c = "x"'), forbidden],
  ['a socket of the hypervisor', call(41, 40, 1, 0), 'Address family not supported by protocol'],
  ['a socket of the packet filter', call(41, 16, 3, 12), 'Protocol not supported'],
  ['a socket of the crypto interface', call(41, 38, 5, 0), 'Address family not supported by protocol'],
  ['a raw socket of the link', call(41, 17, 3, 0), 'Address family not supported by protocol'],
];

test.describe('filter', () => {
  test.skip(process.arch !== 'x64', 'the numbers here are those of x86-64');

  for (const [name, script, refusal] of calls) {
    test(`L4 refuses ${name}`, async ({ shared }) => {
      const control = spawnSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).stdout;
      test.skip(control === refusal, 'this machine refuses it to everybody, so that nothing can be told');
      expect(await inside(shared, script)).toBe(refusal);
    });
  }

  test('L4 ends programs of another architecture', async ({ shared }) => {
    const program = exitProgram32();
    const directory = mkdtempSync(join(tmpdir(), 'codex-test-'));
    try {
      const file = join(directory, 'exit');
      writeFileSync(file, program);
      chmodSync(file, 0o755);
      const control = spawnSync(file);
      test.skip(control.error !== undefined, 'the kernel has no 32-bit programs');
      expect(control.status).toBe(7);
    } finally {
      rmSync(directory, { recursive: true });
    }
    await shared.sandbox.writeFile('~/exit', program);
    const { code } = await shared.sandbox.exec(['/bin/sh', '-c', 'chmod +x ~/exit; exec ~/exit']);
    expect(code).toBe(128 + 31); // SIGSYS
  });

  test('nested lets programs make namespaces, and refuses the rest', async ({ broker }) => {
    const sandbox = await broker.provision({ ...host.options, nested: true });
    const running = { sandbox, desktop: await sandbox.start() };
    expect(await inside(running, 'unshare --user --map-root-user --mount --pid --fork id -u')).toBe('0');
    for (const name of ['ptrace TRACEME', 'bpf', 'a socket of the packet filter']) {
      const [, script = '', refusal] = calls.find((each) => each[0] === name) ?? [];
      expect(await inside(running, script)).toBe(refusal);
    }
    // Rights in a namespace of its own reach nothing of what was there before.
    const remount =
      'unshare --user --map-root-user --mount mount -o remount,bind,rw /usr 2>&1; touch /usr/x 2>&1';
    expect(await inside(running, remount)).toMatch(/(?:denied|not permitted)[^]*Read-only file system/);
    await sandbox.deprovision();
  });
});

test('is written for the processors that it knows', () => {
  for (const machine of ['x64', 'arm64']) {
    for (const nested of [false, true]) expect(filterProgram({ nested }, machine).length % 8).toBe(0);
  }
  expect(() => filterProgram({ nested: false }, 'mips')).toThrow(/on x64 and arm64 only, not on mips/);
});

test.describe('limits', () => {
  test('hold for every process of an account and leave no core', async ({ shared }) => {
    const lines = (await inside(shared, 'cat /proc/self/limits')).split('\n');
    const limit = (name: string): string[] =>
      lines
        .find((line) => line.startsWith(name))!
        .slice(name.length)
        .trim()
        .split(/\s+/)
        .slice(0, 2);
    expect({ processes: limit('Max processes'), core: limit('Max core file size') }).toEqual({
      processes: ['2000', '2000'],
      core: ['1', '1'],
    });
  });

  test('keep a program that forks for ever to itself', async ({ broker, shared }) => {
    const sandbox = await broker.provision({ ...host.options, limits: { processes: 60 } });
    await sandbox.start();
    const bomb = 'sleep 60 & while :; do sleep 60 & done 2>/dev/null; wait';
    const ended = sandbox.exec(['/bin/sh', '-c', bomb], { timeout: 3_000 });
    const most = await host.until('a full account', () => {
      const { length } = host.processesOfUids([sandbox.uid]);
      return length >= 55 ? length : undefined;
    });
    expect(most).toBeLessThanOrEqual(60);
    expect(await inside(shared, 'echo still here')).toBe('still here');
    await ended;
    await sandbox.deprovision();
    expect(host.processesOfUids([sandbox.uid])).toEqual([]);
  });

  test('end a program that takes more memory than all may have', async ({ broker }) => {
    test.skip(
      (await memoryLayout()) === undefined,
      'the machine has no control group for memory that is ours',
    );
    const sandbox = await broker.provision({ ...host.options, limits: { memory: 200 * 1024 ** 2 } });
    await sandbox.start();
    const hungry = await sandbox.exec(['perl', '-e', '$x = "x" x (400 * 1024 * 1024); print length $x']);
    expect([hungry.code, hungry.stdout.toString()]).toEqual([137, '']);
    const control = await sandbox.exec(['perl', '-e', '$x = "x" x (50 * 1024 * 1024); print length $x']);
    expect(control.stdout.toString()).toBe(String(50 * 1024 ** 2));
    expect((await sandbox.deprovision()).outOfMemory).toBeGreaterThan(0);
  });

  test('count what an account keeps in its files in memory', async ({ broker }) => {
    test.skip(
      (await memoryLayout()) === undefined,
      'the machine has no control group for memory that is ours',
    );
    const sandbox = await broker.provision({ ...host.options, limits: { memory: 200 * 1024 ** 2 } });
    await sandbox.start();
    // No process that ends frees them, so the kernel goes on with others, up to the whole sandbox.
    const wrote = await sandbox.exec(['/bin/sh', '-c', 'head -c 400M /dev/zero > /tmp/big']).then(
      ({ code }) => code,
      (error: unknown) => (error as SandboxError).code,
    );
    expect(wrote).not.toBe(0);
    expect((await sandbox.deprovision()).outOfMemory).toBeGreaterThan(0);
  });

  test('leave no control group, nor does a broker that is killed', async () => {
    const layout = await memoryLayout();
    test.skip(layout === undefined, 'the machine has no control group for memory that is ours');
    const first = await run();
    const group = join(layout!.parent, `codex-test-${first.sandbox.uid}`);
    expect(readFileSync(join(group, 'cgroup.procs'), 'utf8').trim().split('\n').length).toBeGreaterThan(5);
    process.kill(host.brokerProcess(first.process.socket).pid, 'SIGKILL');
    await first.broker.close();
    const second = await run();
    expect(existsSync(group)).toBe(false);
    await second.sandbox.deprovision();
    await second.process.stop();
    expect(leasesOf(second.process)).toEqual([]);
    const left = readdirSync(layout!.parent).filter((name) => name === `codex-test-${second.sandbox.uid}`);
    expect(left).toEqual([]);
  });
});

/** An ELF program of i386 that ends with the code 7: `mov eax, 1; mov ebx, 7; int 0x80`. */
function exitProgram32(): Buffer {
  const code = Buffer.from('b801000000bb07000000cd80', 'hex');
  const base = 0x08048000;
  const size = 52 + 32 + code.length;
  const elf = Buffer.alloc(size);
  Buffer.from('7f454c4601010100', 'hex').copy(elf);
  const halves: readonly (readonly [at: number, value: number])[] = [
    [16, 2], // an executable
    [18, 3], // of i386
    [40, 52],
    [42, 32],
    [44, 1],
  ];
  for (const [at, value] of halves) elf.writeUInt16LE(value, at);
  const words: readonly (readonly [at: number, value: number])[] = [
    [20, 1],
    [24, base + 52 + 32], // where it starts
    [28, 52], // one segment, described here
    [52, 1], // to be loaded
    [60, base],
    [64, base],
    [68, size],
    [72, size],
    [76, 5], // readable and executable
    [80, 0x1000],
  ];
  for (const [at, value] of words) elf.writeUInt32LE(value, at);
  code.copy(elf, 52 + 32);
  return elf;
}
