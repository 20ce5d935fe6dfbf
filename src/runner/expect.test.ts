import { existsSync } from 'node:fs';
import {
  chromium,
  expect as playwrightExpect,
  mergeExpects,
  test,
  type Locator as PlaywrightLocator,
  type Page,
} from '@playwright/test';
import { drawDesktop, element, topLevel, type DrawnDesktop } from '../agent/testing.js';
import { newMemory, type Locator } from '../agent/index.js';
import type { Sandbox } from '../sandbox/index.js';
import { expect } from './expect.js';
import { createSecrets } from '../spec/index.js';
import { createTestDesktop, type TestDesktop } from './desktop.js';
import { startEvidence } from './evidence.js';

const match = element('check box', 'Match case');
const checked = { ...match, states: ['enabled', 'showing', 'checked'] };

interface Drawn {
  readonly screen: DrawnDesktop;
  readonly desktop: TestDesktop;
}

function draw(...scene: Parameters<typeof drawDesktop>): Drawn {
  const screen = drawDesktop(...scene);
  const { redactor } = createSecrets(new Map([['PIN', 'Quartz-77']]));
  const evidence = startEvidence(test.info(), { display: { width: 800, height: 600 }, redactor });
  const sandbox = {
    home: '/home/test',
    exec: () => Promise.reject(new Error('no')),
    readFile: () => Promise.resolve(undefined),
  };
  const desktop = createTestDesktop({
    ...{ desktop: screen, sandbox, evidence, redactor, timeout: 1_000 },
    looking: { drawing: { scale: 100, theme: 'light' }, level: 'strict' },
    ...newMemory(),
  });
  return { screen, desktop };
}

/** The message of a failure, and where it is told to have happened. */
async function failure(failing: Promise<void>): Promise<string> {
  const error = await failing.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason as Error,
  );
  // eslint-disable-next-line no-control-regex
  return error.message.replaceAll(/\u001B\[[0-9;]*m/g, '');
}

test.describe('a matcher of a locator', () => {
  test('waits until it holds, and with "not" until it no longer does', async () => {
    const late = draw([{ elements: [match] }, { elements: [match] }, { elements: [checked] }]);
    await expect(late.desktop.getByRole('checkbox')).toBeChecked();
    const gone = draw([{ elements: [match] }, { elements: [match] }, { elements: [] }]);
    await expect(gone.desktop.getByRole('checkbox')).not.toBeVisible();
  });

  test('knows the value of a secret as the secret, and never tells it', async () => {
    const field = element('text', 'Name', { text: '{{secret PIN}}', states: ['enabled', 'editable'] });
    const { desktop } = draw({ elements: [field] });
    await expect(desktop.getByLabel('Name')).toHaveValue('Quartz-77');
    await expect(desktop.getByLabel('Name')).toHaveText(['Quartz-77']);
    const failing = expect(desktop.getByText('Quartz-77 x')).toHaveText('Quartz-77', { timeout: 0 });
    const message = await failure(failing);
    expect(message).toContain('{{secret PIN}} x');
    expect(message).not.toContain('Quartz');
  });

  test('holds for what is on the screen', async () => {
    const field = element('text', 'Name', { text: 'Ada  L', states: ['enabled', 'editable', 'focused'] });
    const off = element('push button', 'Save', { states: [] });
    const items = ['a.txt', 'b.txt'].map((name) => element('list item', name));
    const { desktop } = draw({ elements: [checked, field, off, ...items] });
    const name = desktop.getByLabel('Name');
    await expect(name).toBeVisible();
    await expect(name).toBeEnabled();
    await expect(name).toBeFocused();
    await expect(name).toHaveValue('Ada  L');
    await expect(name).not.toHaveValue('Ada L');
    await expect(name).toHaveValue(/^Ada/);
    await expect(name).toHaveText('Ada L');
    await expect(name).toContainText('da L');
    await expect(name).not.toHaveText('Ada');
    await expect(desktop.getByText('Save')).toBeDisabled();
    await expect(desktop.getByText('Save')).not.toBeEnabled();
    await expect(desktop.getByText('Open')).toBeHidden();
    await expect(desktop.getByRole('checkbox')).toBeChecked();
    await expect(desktop.getByRole('checkbox')).not.toBeChecked({ checked: false });
    await expect(desktop.getByRole('listitem')).toHaveCount(2);
    await expect(desktop.getByRole('listitem')).not.toHaveCount(1);
    await expect(desktop.getByRole('listitem')).toHaveText(['a.txt', /^b/]);
    await expect(desktop.getByRole('listitem')).not.toHaveText(['b.txt', 'a.txt']);
    await expect(desktop.getByRole('button', { name: 'Open' })).toHaveCount(0);
  });

  test('tells as Playwright does what was expected and received', async () => {
    const { desktop } = draw({
      elements: [match, element('push button', 'Save'), element('push button', 'Quit')],
    });
    const options = { timeout: 30 };
    expect({
      state: await failure(expect(desktop.getByRole('checkbox')).toBeChecked(options)),
      not: await failure(expect(desktop.getByText('Save')).not.toBeVisible(options)),
      text: await failure(expect(desktop.getByText('Save'), 'the button').toHaveText('Sage', options)),
      count: await failure(expect(desktop.getByRole('link')).toHaveCount(2, options)),
      missing: await failure(expect(desktop.getByRole('button', { name: 'Safe' })).toBeEnabled(options)),
      'missing, not': await failure(expect(desktop.getByText('Safe')).not.toHaveText('x', options)),
      several: await failure(expect.configure(options)(desktop.getByRole('button')).toBeVisible()),
    }).toEqual({
      state: `expect(locator).toBeChecked() failed

Locator:  getByRole('checkbox')
Expected: checked
Received: unchecked
Timeout:  30ms
`,
      not: `expect(locator).not.toBeVisible() failed

Locator:  getByText('Save')
Expected: not visible
Received: visible
Timeout:  30ms
`,
      text: `the button

expect(locator).toHaveText(expected) failed

Locator:  getByText('Save')
Expected: "Sage"
Received: "Save"
Timeout:  30ms
`,
      count: `expect(locator).toHaveCount(expected) failed

Locator:  getByRole('link')
Expected: 2
Received: 0
Timeout:  30ms
Error:    nothing on the screen is getByRole('link'). Nearest: "Match case" (check box); "Save" (push button); "Quit" (push button).
`,
      missing: `expect(locator).toBeEnabled() failed

Locator:  getByRole('button', { name: 'Safe' })
Expected: enabled
Timeout:  30ms
Error:    nothing on the screen is getByRole('button', { name: 'Safe' }). Nearest: "Save" (push button); "Quit" (push button); "Match case" (check box).
`,
      'missing, not': `expect(locator).not.toHaveText(expected) failed

Locator:  getByText('Safe')
Expected: not "x"
Timeout:  30ms
Error:    nothing on the screen is getByText('Safe'). Nearest: "Save" (push button); "Match case" (check box); "Quit" (push button).
`,
      several: `expect(locator).toBeVisible() failed

Locator:  getByRole('button')
Expected: visible
Timeout:  30ms
Error:    strict mode violation: getByRole('button') resolved to 2 elements:
  1) "Save" (push button)
  2) "Quit" (push button)
`,
    });
  });

  test('keeps the screen on which it failed', async () => {
    const { desktop } = draw({ elements: [match] });
    await failure(expect(desktop.getByRole('checkbox')).toBeChecked({ timeout: 10 }));
    expect(test.info().attachments.map(({ name }) => name)).toEqual([
      "toBeChecked getByRole('checkbox') - the screen when it failed.png",
    ]);
  });
});

test.describe('a matcher of the desktop', () => {
  const scene = { elements: [element('label', '2 occurrences')], windows: [topLevel('notes.txt - Editor')] };

  test('looks at the whole screen and the title', async () => {
    const { desktop } = draw(scene);
    await expect(desktop).toShow('2 occurrences');
    await expect(desktop).toShow(/^\d occ/);
    await expect(desktop).not.toShow('3 occurrences');
    await expect(desktop).toHaveTitle('notes.txt - Editor');
    await expect(desktop).not.toHaveTitle('notes.txt');
    expect(await failure(expect(desktop).toShow('3 occurrences', { timeout: 30 }))).toBe(
      `expect(desktop).toShow(expected) failed

Expected: a text on the screen that shows "3 occurrences"
Received: no text on the screen shows "3 occurrences"; nearest: "2 occurrences"
Timeout:  30ms
`,
    );
    expect(await failure(expect(desktop).not.toHaveTitle(/notes/, { timeout: 30 }))).toBe(
      `expect(desktop).not.toHaveTitle(expected) failed

Expected: a title that does not match /notes/
Received: the title is "notes.txt - Editor"
Timeout:  30ms
`,
    );
  });
});

test('poll, asymmetric matchers and values are as ever', async () => {
  let calls = 0;
  await expect.poll(() => ++calls, { intervals: [1] }).toBe(3);
  expect({ a: [1, 2] }).toEqual({ a: expect.arrayContaining([2]) });
  expect({ a: 'xyz' }).toEqual({ a: expect.not.stringContaining('q') });
  await expect(Promise.resolve(1)).resolves.toBe(1);
  expect(await failure(Promise.resolve().then(() => expect(1, 'one').toBe(2)))).toBe(
    'one\n\nexpect(received).toBe(expected) // Object.is equality\n\nExpected: 2\nReceived: 1',
  );
});

test('matchers of others can be added, and reach what is ours', async () => {
  const more = expect.extend({
    toBeLucky: (received: unknown) => ({
      pass: received === 7,
      message: () => `${String(received)} is unlucky`,
    }),
  });
  more(7).toBeLucky();
  more(8).not.toBeLucky();
  const { desktop } = draw({ elements: [match] });
  await more(desktop.getByRole('checkbox')).toBeVisible();
  await more.soft(desktop).toShow('Match case');
});

test('Playwright itself is left as it was', () => {
  expect(Object.keys(playwrightExpect(1))).not.toContain('toShow');
  expect(() => (playwrightExpect as typeof expect)(draw({}).desktop).toShow('x')).toThrow(TypeError);
});

test.describe('beside Playwright’s own', () => {
  test.skip(!existsSync('/usr/bin/chromium'), 'Debian’s chromium is not installed');

  test('a page, its locators and a picture get the matchers of Playwright', async () => {
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
    try {
      const page = await browser.newPage();
      await page.setContent('<title>Page</title><button disabled>Save</button>');
      const button = page.getByRole('button', { name: 'Save' });
      const { desktop } = draw({ elements: [match] });
      await expect(button).toBeVisible({ visible: true });
      await expect(button).not.toBeEnabled();
      await expect(button).toHaveText('Save');
      await expect(page).toHaveTitle('Page');
      await expect(desktop.getByRole('checkbox')).toBeVisible();

      const own = await failure(playwrightExpect(button).toHaveText('Safe', { timeout: 100 }));
      expect(own).toMatch(/Expected: "Safe"\nReceived: "Save"\nTimeout: {2}100ms/);
      const through = await failure(expect(button).toHaveText('Safe', { timeout: 100 }));
      const lead = (text: string) => text.split('\n\nCall log')[0];
      expect(lead(through)).toBe(lead(own));

      // A merged expect knows nothing of what stands in front of ours.
      const merged = mergeExpects(expect, playwrightExpect);
      await merged(button).not.toBeEnabled();
      await merged(desktop.getByRole('checkbox')).toBeEnabled();
      expect(lead(await failure(merged(button).toHaveText('Safe', { timeout: 100 })))).toBe(lead(own));
    } finally {
      await browser.close();
    }
  });
});

test('types allow what there is, and nothing else', () => {
  const never = (): boolean => false;
  // Compiled, and never run.
  if (never()) void typed;
  expect(typed.length).toBe(1);
});

async function typed(values: {
  readonly page: Page;
  readonly theirs: PlaywrightLocator;
  readonly ours: Locator;
  readonly desktop: TestDesktop;
  readonly sandbox: Sandbox;
  readonly whatever: ReturnType<typeof JSON.parse>;
}): Promise<void> {
  const { page, theirs, ours, desktop, sandbox, whatever } = values;
  await expect(page).toHaveScreenshot('a.png', { fullPage: true });
  await expect(theirs).not.toBeVisible({ visible: true });
  await expect(theirs).toHaveScreenshot();
  expect(Buffer.from('')).toMatchSnapshot('b.png');
  expect(whatever).toEqual(1);
  await expect.soft(ours, 'why').not.toBeVisible({ timeout: 1 });
  await expect.configure({ timeout: 3 })(desktop).toShow(/x/);
  await expect(desktop).toHaveScreenshot('a.png', { mask: [ours], maxDiffPixels: 3 });
  await expect(sandbox).toHaveFile('~/x', { timeout: 1 });
  await expect(sandbox).not.toHaveFile('~/x', /x/, { timeout: 1 });
  await mergeExpects(expect, playwrightExpect)(page).toHaveTitle('x');
  // @ts-expect-error -- a locator shows nothing
  await expect(ours).toShow('x');
  // @ts-expect-error -- a locator of ours has no attributes
  await expect(ours).toHaveAttribute('x', 'y');
  // @ts-expect-error -- a desktop is no locator
  await expect(desktop).toBeVisible();
  // @ts-expect-error -- a page is no desktop
  await expect(page).toShow('x');
  // @ts-expect-error -- nor is it a sandbox
  await expect(page).toHaveFile('x');
  // @ts-expect-error -- a sandbox is no locator
  await expect(sandbox).toBeVisible();
  // @ts-expect-error -- the screen is always whole
  await expect(desktop).toHaveScreenshot('x', { fullPage: true });
  // @ts-expect-error -- a locator of Playwright is not on the desktop
  await expect(desktop).toHaveScreenshot('x', { mask: [theirs] });
  // @ts-expect-error -- there is no such role
  desktop.getByRole('buton');
}
