import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { secretFile } from '../secrets.js';
import { UsageError } from '../usage.js';

const config = `import { defineConfig } from 'codex-test';

export default defineConfig({ specs: 'specs' });
`;

const spec = `---
app: mousepad
---
# Text editor

## Keeps what was typed @smoke

1. Type "Hello from codex-test"
   - expect: the title starts with "*"
2. Press Ctrl+A

**Expected Results:**
- "Hello from codex-test" is shown
`;

const files: Readonly<Record<string, string>> = {
  'playwright.config.ts': config,
  'specs/first.spec.md': spec,
};
const ignored = ['.codex-test/', 'reports/', secretFile];

/** Makes a starter project in the working directory; what is there already stays as it is. */
export function init(args: readonly string[]): number {
  if (args.length > 0) throw new UsageError(`init takes nothing, not "${args.join(' ')}"`);
  for (const [path, content] of Object.entries(files)) {
    if (existsSync(path)) {
      process.stdout.write(`kept     ${path}\n`);
      continue;
    }
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    process.stdout.write(`made     ${path}\n`);
  }
  const current = existsSync('.gitignore') ? readFileSync('.gitignore', 'utf8') : '';
  const missing = ignored.filter((line) => !current.split('\n').includes(line));
  if (missing.length > 0) {
    appendFileSync(
      '.gitignore',
      `${current === '' || current.endsWith('\n') ? '' : '\n'}${missing.join('\n')}\n`,
    );
    process.stdout.write(`extended .gitignore\n`);
  }
  process.stdout.write(`
Next:
  npx codex-test install-deps demo     system packages, and the editor of the example
  npx codex-test                       runs specs/first.spec.md
`);
  return 0;
}
