import { defineConfig } from 'codex-test';

export default defineConfig({
  specs: 'specs',
  // The red twins fail on purpose; a test of ours runs them and asserts how.
  ignoreSpecs: ['red'],
  reporter: [
    ['list'],
    ['html', { open: 'never', outputFolder: 'reports/html' }],
    ['json', { outputFile: 'reports/specs.json' }],
  ],
});
