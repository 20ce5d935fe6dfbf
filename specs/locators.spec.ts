import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { expect, test } from 'codex-test';

const browser = '/usr/bin/chromium';

test.describe('Locators', () => {
  test('replace a word everywhere', async ({ agent, desktop, sandbox }) => {
    await sandbox.writeFile(
      '~/notes.txt',
      Buffer.from('Grey. The colour of the sky.\nNo colour at night.\n'),
    );
    await agent.do('Start "mousepad notes.txt"');
    const editor = desktop.getByRole('window').getByRole('textbox');
    await expect(editor).toHaveText(/^Grey/);
    await agent.do('Open Search > Find and Replace…');

    const dialog = desktop.getByRole('dialog', { name: 'Find and Replace' });
    await expect(dialog.getByRole('checkbox')).toHaveCount(5);
    await expect(dialog.getByRole('checkbox', { checked: true })).toHaveText(['Wrap around']);
    await expect(dialog.getByRole('button', { name: 'Replace' })).toBeDisabled();

    await dialog.getByLabel('Search for').fill('colour');
    await dialog.getByLabel('Replace with').fill('color');
    await expect(dialog.getByLabel('Search for')).toHaveValue('colour');
    await dialog.getByRole('checkbox', { name: 'Replace all in' }).check();
    await expect(dialog.getByRole('checkbox', { name: 'Replace all in' })).toBeChecked();
    await expect(desktop).toShow('2 occurrences');
    await dialog.getByLabel('Search direction').selectOption('Up');
    await expect(dialog.getByLabel('Search direction')).toHaveValue('Up');
    await expect(desktop).toHaveScreenshot('replace.png', { mask: [dialog.getByLabel('Search for')] });
    await expect(dialog.getByRole('button', { name: 'Close' })).toHaveScreenshot('close.png');

    expect(await agent.ask('the value of "Search direction"', 'string')).toBe('Up');
    expect(await agent.ask('Is "Match case" checked?', 'boolean')).toBe(false);
    expect(await agent.ask('How many check boxes are in "Find and Replace"?', 'number')).toBe(5);

    await dialog.getByRole('button', { name: 'Replace' }).click();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await expect(dialog).toBeHidden();
    await expect(desktop).toHaveTitle(/^\*/);
    await editor.press('Control+S');
    await expect(sandbox).toHaveFile('~/notes.txt', 'Grey. The color of the sky.\nNo color at night.\n');
    await expect(sandbox).not.toHaveFile('~/notes.txt', /colour/);
    await expect(sandbox).toHaveProcess('mousepad');
  });

  test('stand beside those of Playwright, each with its own matchers', async ({ agent, desktop }) => {
    test.skip(!existsSync(browser), 'chromium is not installed');
    await agent.do('Start mousepad');
    const chrome = await chromium.launch({ executablePath: browser, args: ['--no-sandbox'] });
    const page = await chrome.newPage();
    await page.setContent('<title>Form</title><label><input type="checkbox" checked> Wrap</label>');
    await expect(page).toHaveTitle('Form');
    await expect(page.getByLabel('Wrap')).toBeChecked();
    await expect(page.getByLabel('Wrap')).not.toBeDisabled();
    await page.setContent('<body style="background: teal">');
    const clip = { x: 0, y: 0, width: 40, height: 30 };
    await expect(page).toHaveScreenshot('page.png', { clip });
    expect(await page.screenshot({ clip })).toMatchSnapshot('page.png');
    await chrome.close();

    await expect(desktop).toHaveTitle('Untitled 1 - Mousepad');
    await expect(desktop.getByRole('menuitem', { name: 'File' })).toBeEnabled();
    await expect(desktop.getByRole('menuitem', { name: 'File' })).not.toBeChecked();
  });
});
