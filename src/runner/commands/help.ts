const text = `Usage: codex-test [test filter...] [options of playwright test]
       codex-test install-deps [base|demo|tests|wine|ocr|all] [--dry-run]
       codex-test init                     a starter project in this directory
       codex-test check SPEC... [--json]   reads specs, says what is wrong, runs nothing
       codex-test check --schema           JSON schema of the front matter
       codex-test inspect APP [FILE...]    starts it in a sandbox, says which sentence hits what, tries yours
       codex-test inspect SPEC:LINE        the same after the steps of a test up to the line (--json: for programs)
       codex-test accept SPEC:LINE [NAME]  runs one test, takes its screen as the baseline NAME
       codex-test accept … --also          the same as one more look, beside those there are
       codex-test compare A.png B.png      says what differs in two pictures, and whether it matters (--help)
       codex-test doctor                   executes every part for real, names the fix
       codex-test COMMAND [...]            any other command of Playwright, such as show-report

Runs specs in Markdown (*.spec.md) and TypeScript (*.spec.ts), each test in a fresh sandbox account
with a desktop of its own.

Examples:
  codex-test                              all specs
  codex-test specs/editor.spec.md         one file
  codex-test specs/editor.spec.md:12      the test that line 12 belongs to
  codex-test --list                       what there is, running nothing
  codex-test -g "@smoke" --retries 1      any option of Playwright
  codex-test --update-snapshots           takes the screens of this run as baselines
  codex-test --headed                     shows the desktops live in the browser of the system
  codex-test --debug x.spec.md:12         stops before each step, takes a corrected sentence
  codex-test show-report reports/html     opens the last report

Exit codes: 0 all as wanted, 1 an expectation failed, 2 usage or configuration, 3 the environment
failed, 130 interrupted.

Sandboxes need root: run as root, or as a user who may use sudo (asked once per run). Tests
themselves always run as an ordinary account.
`;

/** Prints how to use the command line. */
export function help(): number {
  process.stdout.write(text);
  return 0;
}
