/** The first example of the language. */
export const editorSpec = `---
kind: gui
app: mousepad notes.txt        # command line, started before the first step; or \`app: none\`
network: offline               # offline (default) | online
level: elevated                # elevated | unelevated | any
display: 1280x800
files: [data/notes.txt]        # copied into the home before the test, relative to the spec
locale: C.UTF-8                # also timeout, tags
---
# Text editor

## Replaces a word everywhere @smoke

1. Open Search > Replace…
2. Type "colour" into "Search for"
3. Type "color" into the field next to "Replace with"
4. Click "Replace All"
   - expect: "2 occurrences" is shown
5. Press Ctrl+S and close the dialog

**Expected Results:**
- the title no longer starts with "*"
- \`file: ~/notes.txt contains "color"\`
- \`file: ~/notes.txt not contains "colour"\`
- \`screenshot: replaced mask="the status bar"\`
`;

/** A plan with the indentation of Playwright's planner, and one test in its older dialect. */
export const plannerPlan = `# TodoMVC

## Application Overview

Key features include:

- **Adding**: add todos
- **Editing**: edit todos

## Test Scenarios

### 1. Adding todos

**Seed:** \`tests/seed.spec.ts\`

#### 1.1. adds-a-todo

**File:** \`tests/adding/adds-a-todo.spec.ts\`

**Steps:**
  1. -
    - expect: The list is empty
  2. Click in the "What needs to be done?" field
    - expect: The field is focused
    - expect: A caret is shown
  3. Press Enter
  4. -
    - expect: The counter says "1 item left"

#### 1.2. older-dialect

**File:** \`tests/adding/older-dialect.spec.ts\`

**Steps:**
1. Press Enter
2. Wait

**Expected Results:**
- The field is empty
`;

/** Parameters, secrets and steps of {@link loginSpec}. */
export const orderSpec = `---
app: shop
use: login.spec.md#Logs in
secrets: [PIN, CODE]
env: {VERSION: 1.10}
setup: {packages: [gedit], command: touch a}
---
# Shop

## Orders a {colour} shirt

1. Choose "{colour}"
   - expect: "\\{colour}" is not shown
2. Use "Logs in" of login.spec.md
   - \`value: "Size" is "{size}" within 2 s\`
3. Type "{{secret CODE}}" into "Code"

| colour | size |
|--------|-----:|
| red    | L    |
| \`blue\` | \\|    |

**Expected Results:**
- \`command: "ls ~/{size}" exits 0 contains "{colour}"\`
- \`process: not shop\`
`;

/** What {@link orderSpec} uses. */
export const loginSpec = `---
secrets: [PIN]
---
# Account

## Logs in

1. Type "{{secret PIN}}" into "PIN"
   - expect: "Welcome" is shown
`;
