import { defineConfig } from 'codex-test';

export default defineConfig({ specs: 'specs', ignoreSpecs: ['red'] });
