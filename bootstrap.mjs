// What `npm run demo`, `npm test` and their like do first, on a machine that has only Node, npm and git:
// npm packages, build, system packages. Uses nothing but Node's standard library.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = import.meta.dirname;
const cli = join(root, 'dist/runner/cli.js');

const tasks = {
  demo: { needs: 'demo', run: demo },
  test: { needs: 'tests', run: test },
  soak: { needs: 'tests', run: soak },
  bench: { needs: 'tests', run: () => node('dist/bench/main.js', process.argv.slice(3)) },
};

const task = tasks[process.argv[2]];
if (task === undefined) {
  console.error(`usage: node bootstrap.mjs ${Object.keys(tasks).join('|')}`);
  process.exit(2);
}
if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(`codex-test needs Node 20 or newer; this is ${process.version}`);
  process.exit(2);
}
installPackages();
must(npmTool('tsc'), []);
must(process.execPath, [cli, 'install-deps', task.needs]);
process.exit(task.run());

function installPackages() {
  const marker = join(root, 'node_modules/.package-lock.json');
  const lock = join(root, 'package-lock.json');
  if (existsSync(marker) && statSync(marker).mtimeMs >= statSync(lock).mtimeMs) return;
  console.log('Installing npm packages …');
  // Not `npm ci`: it refuses where a registry lacks optional packages of other platforms.
  must('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']);
}

function demo() {
  const report = join(root, 'reports/html/index.html');
  rmSync(report, { force: true });
  const code = node(cli, ['specs/mousepad.spec.md']);
  if (!existsSync(report)) return code;
  console.log(`
The report:   ${report}
Open it with: npx playwright show-report reports/html
              (a web server on this machine; opened as a file, its traces do not work)`);
  return code;
}

/** Our own tests as they are started, then our specs as a user runs them; one sum for both. */
function test() {
  const parts = {
    tests: ['node_modules/@playwright/test/cli.js', 'test', '--config', 'tests.config.mjs'],
    specs: [cli],
  };
  const codes = Object.entries(parts).map(([name, [script, ...args]]) => {
    rmSync(resultsOf(name), { force: true });
    return node(script, args);
  });
  const results = Object.keys(parts).flatMap((name) => readResults(resultsOf(name)));
  console.log('\nThe ten slowest tests:');
  for (const { title, ms } of results.toSorted((a, b) => b.ms - a.ms).slice(0, 10)) {
    console.log(`  ${(ms / 1000).toFixed(1).padStart(6)} s  ${title}`);
  }
  for (const { title } of results.filter(({ flaky }) => flaky))
    console.log(`\nFlaky, passed when run again: ${title}`);
  const count = (status) => results.filter((result) => result.status === status).length;
  const failed = results.length - count('passed') - count('skipped');
  console.log(`\n${count('passed')} passed, ${failed} failed, ${count('skipped')} skipped`);
  return codes.find((code) => code !== 0) ?? (failed > 0 ? 1 : 0);
}

/** Hundreds of random texts on many layouts, typed into each of the applications; `npm run soak -- 500` for more. */
function soak() {
  process.env.CODEX_TEST_SOAK = process.argv[3] ?? '50';
  const tests = ['test', '--config', 'tests.config.mjs', 'desktop/linux/typing'];
  return node('node_modules/@playwright/test/cli.js', tests);
}

function resultsOf(name) {
  return join(root, 'reports', `${name}.json`);
}

function readResults(file) {
  if (!existsSync(file)) return [{ title: `${file} was not written`, ms: 0, status: 'failed' }];
  const collect = (suite, titles) => [
    ...(suite.suites ?? []).flatMap((inner) => collect(inner, [...titles, inner.title])),
    ...(suite.specs ?? []).flatMap((spec) =>
      spec.tests.map(({ status, results }) => ({
        title: [...titles, spec.title].join(' › '),
        ms: results.reduce((sum, { duration }) => sum + duration, 0),
        flaky: status === 'flaky',
        status: { expected: 'passed', flaky: 'passed', skipped: 'skipped' }[status] ?? 'failed',
      })),
    ),
  ];
  const { suites } = JSON.parse(readFileSync(file, 'utf8'));
  return suites.flatMap((suite) => collect(suite, [suite.title]));
}

function npmTool(name) {
  return join(root, 'node_modules/.bin', name);
}

function node(script, args = [], env = {}) {
  const { status } = spawnSync(process.execPath, [script, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  return status ?? 1;
}

function must(program, args) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit' });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
