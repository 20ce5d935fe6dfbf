import { defineConfig } from './config.js';

/** Used where a project has no playwright.config. */
export default defineConfig();
