export { expect } from '@playwright/test';
export { defineConfig, type CodexTestConfig } from './runner/config.js';
export { test, type Agent, type TestFixtures, type TestOptions } from './runner/fixtures.js';
