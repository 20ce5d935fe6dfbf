/** Kinds of elements as people name them, with the AT-SPI roles that they stand for. */
export const kinds = {
  button: ['push button', 'button', 'toggle button'],
  'check box': ['check box', 'check menu item', 'toggle button', 'switch'],
  'radio button': ['radio button', 'radio menu item'],
  // A person sees what can be chosen, and not in which way.
  option: [
    ...['radio button', 'radio menu item', 'list item', 'menu item', 'check box', 'check menu item'],
    ...['table cell', 'tree item'],
  ],
  field: [
    'text',
    'entry',
    'password text',
    'spin button',
    'combo box',
    'editbar',
    'document text',
    'terminal',
  ],
  'combo box': ['combo box'],
  // Qt calls the menus of a menu bar menu items.
  menu: ['menu', 'menu item'],
  'menu item': ['menu item', 'check menu item', 'radio menu item', 'menu'],
  tab: ['page tab'],
  item: ['list item', 'tree item', 'table cell', 'icon', 'menu item', 'table row'],
  row: ['table row', 'tree item', 'list item', 'table cell'],
  cell: ['table cell', 'table row header', 'table column header'],
  column: ['column header', 'table column header'],
  list: ['list', 'list box', 'table', 'tree', 'tree table', 'layered pane', 'icon view'],
  tree: ['tree', 'tree table'],
  table: ['table', 'tree table', 'tree', 'document spreadsheet'],
  slider: ['slider', 'dial', 'scroll bar'],
  'progress bar': ['progress bar', 'level bar'],
  group: ['panel', 'grouping', 'filler', 'section', 'frame', 'form', 'scroll pane', 'page tab', 'landmark'],
  image: ['image', 'icon'],
  terminal: ['terminal'],
  link: ['link'],
  label: ['label', 'static', 'heading', 'paragraph'],
  'status bar': ['status bar', 'statusbar'],
  'tool bar': ['tool bar'],
  dialog: ['dialog', 'alert', 'file chooser', 'color chooser'],
  'tool tip': ['tool tip'],
  window: ['frame', 'window', 'dialog', 'alert'],
} as const satisfies Record<string, readonly string[]>;

export type Kind = keyof typeof kinds;

/** What people write for a kind. */
const spoken: Readonly<Record<Kind, readonly string[]>> = {
  button: ['button', 'push button', 'tool button', 'toolbar button'],
  'check box': ['check box', 'checkbox', 'tick box', 'toggle', 'switch'],
  'radio button': ['radio button', 'radio'],
  option: ['option', 'choice'],
  field: [
    ...['field', 'text field', 'input field', 'entry field', 'edit field', 'box', 'text box', 'input box'],
    ...['input', 'entry', 'text entry', 'text area', 'editor', 'document'],
  ],
  'combo box': [
    'combo box',
    'combobox',
    'drop-down',
    'dropdown',
    'drop-down list',
    'dropdown list',
    'selector',
  ],
  // Qt calls the menus of a menu bar menu items.
  menu: ['menu', 'menu item'],
  'menu item': ['menu item', 'menu entry'],
  tab: ['tab', 'page tab'],
  item: ['item', 'list item', 'tree item', 'list entry', 'tree entry', 'node', 'icon', 'folder', 'file'],
  row: ['row', 'table row'],
  cell: ['cell', 'table cell'],
  column: ['column', 'column header', 'header'],
  list: ['list', 'list box', 'list view'],
  tree: ['tree', 'tree view'],
  table: ['table', 'grid', 'sheet'],
  slider: ['slider', 'scale', 'dial'],
  'progress bar': ['progress bar'],
  group: ['group', 'section', 'area', 'panel', 'pane', 'box group'],
  image: ['image', 'picture'],
  terminal: ['terminal'],
  link: ['link'],
  label: ['label', 'text', 'heading', 'message'],
  'status bar': ['status bar', 'statusbar'],
  'tool bar': ['tool bar', 'toolbar'],
  dialog: [
    ...[
      'dialog',
      'dialogue',
      'dialog box',
      'dialogue box',
      'popup',
      'pop-up',
      'message box',
      'alert',
      'prompt',
    ],
    ...['file chooser', 'file dialog', 'open dialog', 'save dialog', 'confirmation dialog', 'message dialog'],
  ],
  'tool tip': ['tool tip', 'tooltip'],
  window: ['window'],
};

const kindOf: ReadonlyMap<string, Kind> = new Map(
  (Object.keys(kinds) as Kind[]).flatMap((kind) => spoken[kind].map((words) => [words, kind] as const)),
);

const longest = 2;

/**
 * Splits `NAME button` or `button [named|called|labelled] ⟦n⟧` into its kind and the words of the name,
 * which are empty when only the kind is said. The longest words for a kind win: `combo box` is no `box`.
 */
export function splitKind(phrase: string): { readonly kind: Kind; readonly name: string } | undefined {
  const parts = phrase.split(' ');
  for (let size = Math.min(longest, parts.length); size >= 1; size--) {
    const last = kindOf.get(parts.slice(-size).join(' ').toLowerCase());
    const before = parts.slice(0, -size).join(' ');
    // "The file" is something that the writer has in mind.
    if (last !== undefined && !(before === '' && /^(?:file|folder)$/i.test(phrase)))
      return { kind: last, name: before };
  }
  for (let size = Math.min(longest, parts.length); size >= 1; size--) {
    const first = kindOf.get(parts.slice(0, size).join(' ').toLowerCase());
    const rest = parts.slice(size).join(' ');
    const name = rest.replace(/^(?:named|called|labell?ed|titled|with the (?:name|label|title)|for) /i, '');
    // A cell of a sheet is called as nothing else is, so it needs no quotes.
    const isName = /^(?:⟦\d+⟧|[A-Z]{1,3}\d{1,5})$/.test(name);
    if (first !== undefined && (isName || (name !== rest && name !== ''))) return { kind: first, name };
  }
  return undefined;
}
