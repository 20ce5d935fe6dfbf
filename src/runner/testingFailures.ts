/** What each twin in specs/red says: where its failure is shown, and the whole message with its code frame. */
export const failures = {
  'wrong-state.spec.ts': {
    place: [7, 74],
    message: `
Error: expect(locator).toBeChecked() failed

Locator:  getByRole('dialog', { name: 'Find and Replace' }).getByRole('checkbox', { name: 'Replace all in' })
Expected: checked
Received: unchecked
Timeout:  1000ms


  5 |   await agent.do('Open Search > Find and Replace…');
  6 |   const dialog = desktop.getByRole('dialog', { name: 'Find and Replace' });
> 7 |   await expect(dialog.getByRole('checkbox', { name: 'Replace all in' })).toBeChecked({ timeout: 1_000 });
    |                                                                          ^
  8 | });
  9 |`,
  },
  'wrong-text.spec.md': {
    place: [12, 14],
    message: `
Error: "3 occurrences" is shown within 1 s
expected: a text on the screen that shows "3 occurrences"
found: no text on the screen shows "3 occurrences"; nearest: "2 occurrences"

  10 | 2. Type "colour" into "Search for"
  11 | 3. Check "Replace all in"
> 12 |    - expect: "3 occurrences" is shown within 1 s
     |              ^
  13 | 4. Close the dialog
  14 |`,
  },
  'wrong-total.spec.md': {
    place: [12, 14],
    message: `
Error: "12" is shown within 1 s
expected: a text on the screen that shows "12"
found: no text on the screen shows "12"

  10 | 2. Click "B4", type "=SUM(B2:B3)" and press Enter
  11 |    - expect: "11" is shown
> 12 |    - expect: "12" is shown within 1 s
     |              ^
  13 |`,
  },
  'wrong-page.spec.md': {
    place: [14, 3],
    message: `
Error: "Thank you: 1 × Green" is shown within 1 s
expected: a text on the screen that shows "Thank you: 1 × Green"
found: no text on the screen shows "Thank you: 1 × Green"; nearest: "Thank you, : 1 × Mint"

  12 | **Expected Results:**
  13 | - the title starts with "Ordered"
> 14 | - "Thank you: 1 × Green" is shown within 1 s
     |   ^
  15 |`,
  },
  'wrong-choice.spec.md': {
    place: [9, 14],
    message: `
Error: "pear" is selected within 1 s
expected: "pear" is selected
found: "pear" (table cell) is not selected

   7 |
   8 | 1. Select "plum" in the list
>  9 |    - expect: "pear" is selected within 1 s
     |              ^
  10 |`,
  },
  'wrong-clipboard.spec.md': {
    place: [11, 7],
    message: `
Error: clipboard: is "one two" within 1 s
expected: a clipboard that is "one two"
found: it has "one two one"

   9 | 2. Press Ctrl+A, then Ctrl+C
  10 |    - \`clipboard: "one two"\`
> 11 |    - \`clipboard: is "one two" within 1 s\`
     |       ^
  12 |`,
  },
  'wrong-folder.spec.md': {
    place: [12, 3],
    message: `
Error: "Folder" is "~/Notebooks/Notes" within 1 s
expected: "Folder" is "~/Notebooks/Notes"
found: it has "~/Notebooks/Diary"

  10 | **Expected Results:**
  11 | - "Name" is "Diary"
> 12 | - "Folder" is "~/Notebooks/Notes" within 1 s
     |   ^
  13 |`,
  },
  'wrong-name.spec.md': {
    place: [10, 14],
    message: `
Error: "Database Name" is "Work" within 1 s
expected: "Database Name" is "Work"
found: it has "Passwords"

   8 | 1. Click "Create new database"
   9 |    - expect: the title contains "Create a new"
> 10 |    - expect: "Database Name" is "Work" within 1 s
     |              ^
  11 |`,
  },
  'wrong-output.spec.md': {
    place: [10, 7],
    message: `
Error: command: "cat said.txt" is "bad" within 1 s
expected: "cat said.txt" ends with code 0 and its output is "bad"
found: it ended with code 0 and the output "good"

   8 | 1. Type "echo good > said.txt" and press Enter
   9 |    - \`file: ~/said.txt contains "good"\`
> 10 |    - \`command: "cat said.txt" is "bad" within 1 s\`
     |       ^
  11 |`,
  },
  'wrong-sum.spec.md': {
    place: [10, 14],
    message: `
Error: "16" is shown within 1 s
expected: a text on the screen that shows "16"
found: no text on the screen shows "16"

   8 | 1. Type "7+8" and press Enter
   9 |    - expect: "15" is shown
> 10 |    - expect: "16" is shown within 1 s
     |              ^
  11 |`,
  },
  'wrong-unit.spec.md': {
    place: [13, 3],
    message: `
Error: "= 0.5" is shown within 1 s
expected: a text on the screen that shows "= 0.5"
found: no text on the screen shows "= 0.5"

  11 | **Expected Results:**
  12 | - \`text: "0.98803"\`
> 13 | - "= 0.5" is shown within 1 s
     |   ^
  14 |`,
  },
  'wrong-results.spec.md': {
    place: [15, 4],
    message: String.raw`
Error: file: ~/notes.txt contains "Gray" within 1 s
expected: ~/notes.txt contains "Gray"
found: ~/notes.txt has "Grey. The colour of the sky.\nNo colour at night.\n"

Nor did this hold:
wrong-results.spec.md:16:4: file: ~/notes.bak exists within 500 ms
  expected: ~/notes.bak exists
  found: ~/notes.bak does not exist

  13 | **Expected Results:**
  14 | - the title no longer starts with "*"
> 15 | - ${'`'}file: ~/notes.txt contains "Gray" within 1 s${'`'}
     |    ^
  16 | - ${'`'}file: ~/notes.bak exists within 500 ms${'`'}
  17 |`,
  },
  'missing-button.spec.md': {
    place: [11, 4],
    message: `
AgentError [not-found]: nothing on the screen is "Replace Everything" button. Nearest: "Replace" (push button); "Replace with:" (combo box); "Replace all in:" (check box); "Replace with:" (label); "Find and Replace" (dialog). (waited 10 s)

   9 | 1. Open Search > Find and Replace…
  10 | 2. Type "colour" into "Search for"
> 11 | 3. Click the "Replace Everything" button
     |    ^
  12 |    - expect: "2 occurrences" is shown
  13 |`,
  },
  'ambiguous.spec.md': {
    place: [10, 4],
    message: `
AgentError [ambiguous]: nothing is just "Match", and 2 elements have it in their names: "Match case" (check box); "Match whole word" (check box). Say which one, for example "the second …", "… next to …" or "… in the dialog …". (waited 10 s)

   8 |
   9 | 1. Open Search > Find and Replace…
> 10 | 2. Check "Match"
     |    ^
  11 |    - expect: "Find and Replace" is shown
  12 |`,
  },
  'unknown-step.spec.md': {
    place: [10, 4],
    message: `
AgentError [not-understood]: the step "Replace the word colour by color" is not understood. Steps look like: In the "Find" dialog, click "Replace"; Copy "text" to the clipboard; Run the command "touch done.txt"; Remember the value of "Size" as before; Close the dialog; Switch to the window "Preferences". Names of several words are safest in quotes.

   8 |
   9 | 1. Open Search > Find and Replace…
> 10 | 2. Replace the word colour by color
     |    ^
  11 | 3. Close the dialog
  12 |
  13 | **Expected Results:**`,
  },
  'changed-look.spec.md': {
    place: [9, 7],
    message: `
Error: the screen differs from all 2 looks of its baseline; nearest is about-linux.png: N pixels (P %).
- "Version 1.2.3" became "Version 1.2.4" at X,Y (W×H, text)
If the new look is right: codex-test accept changed-look.spec.md:6 about
If both are right: codex-test accept changed-look.spec.md:6 about --also

   7 |
   8 | 1. Wait until "OK" is shown
>  9 |    - \`screenshot: about mask="OK" within 1 s\`
     |       ^
  10 |`,
  },
  'changed-screenshot.spec.md': {
    place: [13, 7],
    message: `
Error: the screen differs from its baseline: N pixels (P %).
- (the second line of the text) at X,Y (W×H, text)
- "2 occurrences" became "1 occurrence" at X,Y (W×H, text)
If the new look is right: codex-test accept changed-screenshot.spec.md:7 marked
If both are right: codex-test accept changed-screenshot.spec.md:7 marked --also

  11 | 3. Check "Replace all in"
  12 |    - expect: "occurrence" is shown
> 13 |    - \`screenshot: marked within 1 s\`
     |       ^
  14 |`,
  },
} as const;
