import { expect, test } from '@playwright/test';
import { doStep } from './local.js';
import { contextOf, drawDesktop, element, failure, topLevel } from './testing.js';

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
      '"blorp -x" ended with code 3 before it opened a window: no display',
    ],
    [
      'ends in silence',
      'application',
      { code: 139 },
      '"blorp -x" ended with code 139 before it opened a window: (no output)',
    ],
  ] as const) {
    test(`that ${what} fails at once`, async () => {
      const context = contextOf(drawDesktop({}), { exec: () => Promise.resolve(result) });
      await expect(doStep(context, 'Start blorp -x')).rejects.toMatchObject(failure(code, message));
    });
  }

  test('fails at once when the sandbox refuses', async () => {
    const context = contextOf(drawDesktop({}), {
      exec: () => Promise.reject(new Error('the broker is gone')),
    });
    await expect(doStep(context, 'Start mousepad')).rejects.toMatchObject(
      failure('application', '"mousepad" could not be started: the broker is gone'),
    );
  });
});
