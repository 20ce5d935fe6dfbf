// Our own tests, compiled; the specs have playwright.config.ts, as those of a user have.
export default {
  testDir: 'dist',
  testMatch: '**/*.test.js',
  outputDir: 'reports/tests/artifacts',
  fullyParallel: true,
  workers: 2,
  timeout: 60_000,
  forbidOnly: process.env.CI !== undefined,
  reporter: [['list'], ['json', { outputFile: 'reports/tests.json' }]],
};
