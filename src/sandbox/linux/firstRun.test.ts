import { existsSync } from 'node:fs';
import { expect } from '@playwright/test';
import { inside, test } from './testingFixtures.js';

test('LibreOffice greets nobody', async ({ fresh }) => {
  test.skip(!existsSync('/usr/bin/soffice'), 'libreoffice-calc is not installed');
  const titles = async (): Promise<string[]> => {
    const script = `for window in $(xprop -root _NET_CLIENT_LIST | grep -o '0x[0-9a-f]*'); do
      xprop -id "$window" WM_NAME
    done 2>/dev/null || :`;
    const names = await inside(fresh, script);
    return names.match(/"[^"]*"/g) ?? [];
  };
  fresh.sandbox.exec(['soffice', '--calc']).catch(() => {});
  await expect.poll(titles, { timeout: 15_000 }).toEqual(['"Untitled 1 - LibreOffice Calc"']);
  // The tip of the day opens once the first window is drawn and idle, so wait for what comes after that: the
  // settings that LibreOffice saves when it has started.
  const saved = 'cat ~/.config/libreoffice/4/user/registrymodifications.xcu 2>/dev/null || :';
  await expect.poll(() => inside(fresh, saved), { timeout: 30_000 }).toContain('ooSetupLastVersion');
  expect(await titles()).toEqual(['"Untitled 1 - LibreOffice Calc"']);
});
