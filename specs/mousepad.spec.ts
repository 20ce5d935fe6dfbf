import { expect, test } from 'codex-test';

test.describe('Text editor', () => {
  test.use({ settings: { app: 'none', display: { width: 1024, height: 768 } } });

  test('saves what is typed', { tag: '@smoke' }, async ({ sandbox, desktop, agent }) => {
    await sandbox.writeFile('~/list.txt', 'milk\n');
    await agent.do('Start "mousepad list.txt"');
    await agent.do('Press Ctrl+End, then type "bread"');
    const titles = async () => (await desktop.windows()).map(({ title }) => title);
    await expect.poll(titles).toEqual(['*~/list.txt - Mousepad']);

    await agent.do('Choose File > Save');
    await expect.poll(titles).toEqual(['~/list.txt - Mousepad']);
    expect((await sandbox.readFile('~/list.txt'))?.toString()).toBe('milk\nbread');
  });
});
