// Our own tests, compiled; the specs have playwright.config.ts, as those of a user have.
export default {
  testDir: 'dist',
  testMatch: '**/*.test.js',
  outputDir: 'reports/tests/artifacts',
  fullyParallel: true,
  workers: 2,
  timeout: 60_000,
  // One in a thousand fails on a busy machine; npm test names those that passed only when run again.
  retries: process.env.CI === undefined ? 0 : 1,
  forbidOnly: process.env.CI !== undefined,
  reporter: [['list'], ['json', { outputFile: 'reports/tests.json' }]],
};
