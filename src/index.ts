export { defineConfig, type CodexTestConfig } from './runner/config.js';
export { expect, type CodexTestExpect } from './runner/expect.js';
export {
  test,
  type Agent,
  type Locator,
  type TestDesktop,
  type TestFixtures,
  type TestOptions,
} from './runner/fixtures.js';
