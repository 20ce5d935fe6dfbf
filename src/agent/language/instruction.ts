import type { Button, WindowChange } from '../../desktop/types.js';
import type { Claim } from './claim.js';
import type { Reading } from './reading.js';
import type { Target } from './target.js';

/** One thing to do, read from a step; a step may hold several. */
export type Instruction =
  | { readonly do: 'launch'; readonly command: string }
  /** A menu, a field or an icon of that name, or else the program. */
  | { readonly do: 'open'; readonly what: string }
  | { readonly do: 'click'; readonly target: Target; readonly button: Button; readonly count: 1 | 2 }
  /** Clicks only where the box is not yet as wanted. */
  | { readonly do: 'check'; readonly target: Target; readonly checked: boolean }
  /** Unfolds or folds an entry of a tree, or a part of a window. */
  | { readonly do: 'expand'; readonly target: Target; readonly expanded: boolean }
  | { readonly do: 'hover'; readonly target: Target }
  /** Replaces the content of the target, or adds to its end; an empty text clears it. */
  | { readonly do: 'type'; readonly text: string; readonly target?: Target; readonly append?: true }
  /** Chooses an entry of a combo box, a list, a group of radio buttons, a tab bar, a tree or a table. */
  | { readonly do: 'select'; readonly option: string; readonly target: Target }
  /** Gives a field, a combo box, a slider or a check box a value. */
  | { readonly do: 'set'; readonly target: Target; readonly value: string }
  /** Wheel notches over the target, or where the pointer is. */
  | {
      readonly do: 'scroll';
      readonly direction: Direction;
      readonly notches: number;
      readonly target?: Target;
    }
  /** Scrolls until the target is in view, or to one end. */
  | { readonly do: 'reveal'; readonly target: Target; readonly inside?: Target }
  | { readonly do: 'scrollToEnd'; readonly direction: Direction; readonly target?: Target }
  | { readonly do: 'drag'; readonly from: Target; readonly to: Target }
  | { readonly do: 'run'; readonly command: string }
  /** Does the steps as often as it takes to make the claim true. */
  | { readonly do: 'repeat'; readonly steps: readonly Instruction[]; readonly until: Claim }
  | { readonly do: 'times'; readonly steps: readonly Instruction[]; readonly count: number }
  /** Does the steps only where the claim is true, or soon becomes it. */
  | { readonly do: 'conditional'; readonly claim: Claim; readonly steps: readonly Instruction[] }
  /** With a target, which gets the focus first. */
  | { readonly do: 'press'; readonly chords: readonly (readonly string[])[]; readonly target?: Target }
  | { readonly do: 'menu'; readonly path: readonly string[] }
  | { readonly do: 'wait'; readonly claim: Claim }
  | { readonly do: 'expect'; readonly claim: Claim }
  | { readonly do: 'pause'; readonly milliseconds: number }
  /** Without a title, the active window. */
  | { readonly do: 'close'; readonly what: 'window' | 'dialog'; readonly title?: string }
  | { readonly do: 'window'; readonly change: WindowChange; readonly title?: string }
  /** Agrees to what the open dialog asks, or refuses. */
  | { readonly do: 'answer'; readonly how: Answer; readonly topic?: string }
  /** Gives the path to the open file chooser; where none is open, opens the file. */
  | { readonly do: 'chooseFile'; readonly path: string; readonly how: 'open' | 'save' }
  | { readonly do: 'copy'; readonly text: string }
  /** Keeps what is read under a name in lower case. */
  | { readonly do: 'remember'; readonly reading: Reading; readonly as: string }
  /** Keeps a picture. */
  | { readonly do: 'look'; readonly name?: string };

/** To agree, to refuse, or to go on without saving. */
export type Answer = 'accept' | 'refuse' | 'discard';

export type Direction = 'up' | 'down' | 'left' | 'right';

/** Forms of a step, shown when a step fits none of them. */
export const forms = [
  'Start mousepad',
  'Click "Save"',
  'Double-click "notes.txt"',
  'Right-click the "Downloads" item',
  'Check "Match case"',
  'Type "hello" into "Name"',
  'Press Ctrl+S',
  'Open File > Save As…',
  'Wait until "Done" is shown',
  'Close the dialog',
  'Append "!" to "Name"',
  'Select "North" from "Tab position"',
  'Set "Volume" to "50"',
  'Expand "Documents"',
  'Scroll down 3 times in "Notes"',
  'Scroll to "Last chapter"',
  'Drag "notes.txt" to "Trash"',
  'Click "Next" until "Finish" is shown',
  'If "Overwrite" is shown, click "Replace"',
  'If asked to overwrite, confirm',
  'In the "Find" dialog, click "Replace"',
  'Choose the file "~/notes.txt"',
  'Save the file as "~/copy.txt"',
  'Switch to the window "Preferences"',
  'Maximise the window',
  'Copy "text" to the clipboard',
  'Remember the value of "Size" as before',
  'Verify that "Saved" is shown',
  'Run the command "touch done.txt"',
] as const;
