import { expect, test } from '@playwright/test';
import { doStep } from '../local.js';
import { contextOf, drawDesktop, element, failure, topLevel } from '../testing.js';

const main = topLevel('notes.txt - Mousepad');

test.describe('starting an application', () => {
  const frame = element('frame', main.title);

  test('waits for its window', async () => {
    const other = topLevel('Other', { id: 7 });
    const desktop = drawDesktop({ windows: [other] });
    const commands: (readonly string[])[] = [];
    const exec = (argv: readonly string[]) => {
      commands.push(argv);
      desktop.show({ windows: [other, main], elements: [frame] });
      return new Promise<never>(() => {});
    };
    const context = contextOf(desktop, { exec });
    await doStep(context, 'Start mousepad notes.txt');
    expect([commands, context.kept]).toEqual([
      [['/bin/sh', '-c', 'exec mousepad notes.txt']],
      [
        {
          title: 'Start mousepad notes.txt',
          effect: 'effect',
          log: ['the window "notes.txt - Mousepad" opened'],
        },
      ],
    ]);
  });

  for (const [what, code, result, message] of [
    [
      'is not installed',
      'not-installed',
      { code: 127, stderr: Buffer.from('sh: not found\n') },
      '"blorp" is not installed in the sandbox: sh: not found',
    ],
    [
      'ends early',
      'application',
      { code: 3, stdout: Buffer.from('no display') },
      '"blorp -x" ended (code 3) before it opened a window: no display',
    ],
    [
      'ends in silence',
      'application',
      { code: 139 },
      '"blorp -x" ended (SIGSEGV) before it opened a window: (no output)',
    ],
  ] as const) {
    test(`that ${what} fails at once`, async () => {
      const context = contextOf(drawDesktop({}), { exec: () => Promise.resolve(result) });
      await expect(doStep(context, 'Start blorp -x')).rejects.toMatchObject(failure(code, message));
    });
  }

  test('that ends well without a window fails once nothing of it is left', async () => {
    const exec = (argv: readonly string[]) =>
      Promise.resolve({ stdout: Buffer.from(argv[2]!.startsWith('cat /proc') ? 'sh\ncat\nopenbox\n' : '') });
    const context = contextOf(drawDesktop({}), { exec });
    await expect(doStep(context, 'Start blorp')).rejects.toMatchObject(
      failure(
        'application',
        '"blorp" ended with code 0, opened no window and left no process behind. ' +
          'A command without a window is a step: Run the command "blorp"',
      ),
    );
  });

  test('that hands over to another process is waited for', async () => {
    const desktop = drawDesktop({});
    let looks = 0;
    const exec = (argv: readonly string[]) => {
      if (!argv[2]!.startsWith('cat /proc')) return Promise.resolve({});
      if (++looks === 2) desktop.show({ windows: [main], elements: [frame] });
      return Promise.resolve({ stdout: Buffer.from('openbox\nblorp-real\n') });
    };
    await doStep(contextOf(desktop, { exec }), 'Start blorp');
    expect(looks).toBe(2);
  });

  test('fails at once when the sandbox refuses', async () => {
    const context = contextOf(drawDesktop({}), {
      exec: () => Promise.reject(new Error('the broker is gone')),
    });
    await expect(doStep(context, 'Start mousepad')).rejects.toMatchObject(
      failure('application', '"mousepad" could not be started: the broker is gone'),
    );
  });
});
