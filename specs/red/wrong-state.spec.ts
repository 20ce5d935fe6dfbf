import { expect, test } from 'codex-test';

test('Replace all is checked', async ({ agent, desktop }) => {
  await agent.do('Start mousepad');
  await agent.do('Open Search > Find and Replace…');
  const dialog = desktop.getByRole('dialog', { name: 'Find and Replace' });
  await expect(dialog.getByRole('checkbox', { name: 'Replace all in' })).toBeChecked({ timeout: 1_000 });
});
