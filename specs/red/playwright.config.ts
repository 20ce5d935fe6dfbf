import { defineConfig } from 'codex-test';

// Specs that fail on purpose; src/runner/red.test.ts runs them and asserts how.
export default defineConfig({
  specs: '.',
  workers: 2,
  reporter: [
    ['list'],
    ['html', { open: 'never', outputFolder: 'reports/html' }],
    ['json', { outputFile: 'reports/red.json' }],
  ],
});
