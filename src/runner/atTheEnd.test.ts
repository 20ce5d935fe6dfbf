import { expect, test } from '@playwright/test';
import { makeProject, runCli } from './testing.js';

const spec = `---
timeout: 20 s
---
# Screen

## Shows nothing

**Expected Results:**
- "one" is shown
- "two" is shown
- "three" is shown
`;

test('tells all that does not hold at the end, before the time of the test is over', async ({}, testInfo) => {
  const cwd = makeProject(testInfo, { 'specs/a.spec.md': spec });
  const { code, stdout } = await runCli(['--reporter=line'], { cwd });
  const told = [...stdout.matchAll(/"(\w+)" is shown\n\s+expected:/g)].map(([, name]) => name);
  expect({ code, told }).toEqual({ code: 1, told: ['one', 'two', 'three'] });
});
