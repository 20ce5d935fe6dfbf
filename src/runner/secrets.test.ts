import { chmodSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { readSecretFile, SecretError, secretSources, secretValues } from './secrets.js';
import { makeProject, runCli } from './testing.js';

test('reads names and values from a file that nobody else may read', ({}, testInfo) => {
  const lines = [
    '# of the team',
    '',
    'PIN=12 34',
    `export KEY="a=b#c"`,
    "QUOTE='it's'",
    'EMPTY=',
    '  LATE=x y  ',
  ];
  const root = makeProject(testInfo, { '.secrets': lines.join('\r\n') });
  chmodSync(join(root, '.secrets'), 0o600);
  expect(readSecretFile(root)).toEqual({ PIN: '12 34', KEY: 'a=b#c', QUOTE: "it's", LATE: 'x y' });
  expect(readSecretFile(join(root, 'nowhere'))).toEqual({});
});

test('refuses a file that others may read, a link, and a line that is none, without repeating it', ({}, testInfo) => {
  const root = makeProject(testInfo, {
    '.secrets': 'PIN=1234',
    'bad/.secrets': 'PIN=1234\npassword: hunter2',
  });
  const problem = (folder: string): unknown => {
    try {
      return readSecretFile(folder);
    } catch (error) {
      return error instanceof SecretError ? `${error.code}: ${error.message.replaceAll(root, '.')}` : error;
    }
  };
  chmodSync(join(root, '.secrets'), 0o640);
  chmodSync(join(root, 'bad/.secrets'), 0o600);
  const linked = makeProject(testInfo, {}, 'linked');
  symlinkSync(join(root, 'bad/.secrets'), join(linked, '.secrets'));
  expect([problem(root), problem(join(root, 'bad')), problem(linked)]).toEqual([
    'unsafe-file: ./.secrets can be read by others. To close it: chmod 600 ./.secrets',
    'bad-file: line 2 of ./bad/.secrets is no NAME=value',
    `unsafe-file: ${linked}/.secrets is a link`,
  ]);
});

test.describe('the values of a test', () => {
  const names = ['LEAK_A', 'LEAK_B', 'CODEX_TEST_SECRETS'];
  test.afterEach(() => names.forEach((name) => delete process.env[name]));

  test('come from the environment before the file', () => {
    process.env['LEAK_A'] = 'from outside';
    process.env['CODEX_TEST_SECRETS'] = JSON.stringify({ LEAK_A: 'from the file', LEAK_B: 'also from it' });
    expect([...secretValues(['LEAK_A', 'LEAK_B'])]).toEqual([
      ['LEAK_A', 'from outside'],
      ['LEAK_B', 'also from it'],
    ]);
    expect([...secretSources(['LEAK_A', 'LEAK_B', 'LEAK_C'], { LEAK_B: 'x' })]).toEqual([
      ['LEAK_A', 'environment'],
      ['LEAK_B', 'file'],
      ['LEAK_C', undefined],
    ]);
  });

  test('are refused when they are missing, too short or the same', () => {
    expect(() => secretValues(['LEAK_A', 'LEAK_B'])).toThrow(
      'the secrets LEAK_A, LEAK_B have no value. Set the variable LEAK_A, or write LEAK_A=… into the file .secrets',
    );
    process.env['LEAK_A'] = '123  ';
    expect(() => secretValues(['LEAK_A'])).toThrow(
      'the value of the secret LEAK_A has less than 4 characters',
    );
    process.env['LEAK_A'] = process.env['LEAK_B'] = '1234';
    expect(() => secretValues(['LEAK_A', 'LEAK_B'])).toThrow('LEAK_A and LEAK_B have the same value');
  });
});

const spec = `---
app: zenity --password
secrets: [LEAK_A, LEAK_B]
---
# Sign in

## Types it

1. Type "{{secret LEAK_A}}{{secret LEAK_B}}"

**Expected Results:**
- \`process: zenity\`
`;

test('a spec without its values is blocked at the line that lists them, and nothing is provisioned', async ({}, testInfo) => {
  const own = `import { test } from 'codex-test';
test.use({ settings: { secrets: ['LEAK_B'] } });
test('types it', async ({ agent }) => agent.do('Type "{{secret LEAK_B}}"'));\n`;
  const root = makeProject(testInfo, { 'specs/a.spec.md': spec, 'specs/b.spec.ts': own });
  const run = await runCli(['--reporter=list'], { cwd: root, env: { LEAK_A: 'abcd1234' } });
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 3, stderr: '' });
  expect(run.stdout).toContain(`
    SecretError [no-value]: the secret LEAK_B has no value. Set the variable LEAK_B, or write LEAK_B=… into the file .secrets

      1 | ---
      2 | app: zenity --password
    > 3 | secrets: [LEAK_A, LEAK_B]
        |          ^
`);
  expect(run.stdout).toContain('2 of the failed are blocked');
  expect(run.stdout).not.toContain('sandbox');
});

test('check tells which secrets a spec needs and where their values come from', async ({}, testInfo) => {
  const root = makeProject(testInfo, { 'specs/a.spec.md': spec, '.secrets': 'LEAK_B=abcd1234\n' });
  chmodSync(join(root, '.secrets'), 0o600);
  const text = await runCli(['check', 'specs/a.spec.md'], { cwd: root });
  expect(text).toEqual({
    code: 0,
    stderr: '',
    stdout: `specs/a.spec.md: needs the secret LEAK_A, which has no value; set the variable, or write LEAK_A=… into .secrets
specs/a.spec.md: needs the secret LEAK_B, which comes from the file .secrets
1 test, 0 errors, 0 sentences beyond the local agent
`,
  });
  const json = await runCli(['check', '--json', 'specs/a.spec.md'], {
    cwd: root,
    env: { LEAK_A: 'efgh5678' },
  });
  expect(JSON.parse(json.stdout)).toMatchObject({
    secrets: [
      { file: 'specs/a.spec.md', name: 'LEAK_A', from: 'environment' },
      { file: 'specs/a.spec.md', name: 'LEAK_B', from: 'file' },
    ],
  });
  expect(`${text.stdout}${json.stdout}`).not.toMatch(/abcd1234|efgh5678/);
});

test('init keeps the file of secrets out of git', async ({}, testInfo) => {
  const root = makeProject(testInfo, {});
  await runCli(['init'], { cwd: root });
  expect(readFileSync(join(root, '.gitignore'), 'utf8').split('\n')).toContain('.secrets');
});
