import { AgentError } from './error.js';
import { similarity } from './language/name.js';

/** ARIA roles, and `window`, with the AT-SPI roles that they stand for. */
const roles = {
  alert: ['alert', 'notification', 'info bar'],
  button: ['push button', 'button', 'toggle button', 'push button menu'],
  cell: ['table cell'],
  checkbox: ['check box'],
  columnheader: ['column header', 'table column header'],
  combobox: ['combo box'],
  dialog: ['dialog', 'alert', 'file chooser', 'color chooser', 'font chooser'],
  document: ['document frame', 'document text', 'document web', 'document spreadsheet', 'document email'],
  form: ['form'],
  group: ['grouping', 'panel'],
  heading: ['heading'],
  img: ['image', 'icon'],
  link: ['link'],
  list: ['list', 'list box'],
  listbox: ['list box', 'list'],
  listitem: ['list item', 'icon'],
  log: ['log'],
  menu: ['menu', 'popup menu'],
  menubar: ['menu bar'],
  // What opens a menu is an item of the bar as well.
  menuitem: ['menu item', 'menu', 'tearoff menu item'],
  menuitemcheckbox: ['check menu item'],
  menuitemradio: ['radio menu item'],
  meter: ['level bar'],
  option: ['list item', 'menu item'],
  paragraph: ['paragraph'],
  progressbar: ['progress bar'],
  radio: ['radio button'],
  row: ['table row'],
  rowheader: ['row header', 'table row header'],
  scrollbar: ['scroll bar'],
  separator: ['separator'],
  slider: ['slider'],
  spinbutton: ['spin button'],
  status: ['status bar'],
  // GTK 3 calls a switch a toggle button.
  switch: ['switch', 'toggle button'],
  tab: ['page tab'],
  table: ['table', 'tree table'],
  tablist: ['page tab list'],
  textbox: ['text', 'entry', 'password text', 'editbar', 'terminal', 'document text'],
  toolbar: ['tool bar'],
  tooltip: ['tool tip'],
  tree: ['tree', 'tree table'],
  treegrid: ['tree table'],
  treeitem: ['tree item'],
  window: ['frame', 'window'],
} as const satisfies Record<string, readonly string[]>;

/** What an element is: the roles of ARIA, as in Playwright, and `window` for a main window. */
export type Role = keyof typeof roles;

/** The AT-SPI roles of a role; throws `not-understood` for a word that is none. */
export function accessibleRoles(role: Role): readonly string[] {
  if (Object.hasOwn(roles, role)) return roles[role];
  const near = Object.keys(roles).toSorted((a, b) => similarity(role, b) - similarity(role, a));
  throw new AgentError(
    'not-understood',
    `"${role as string}" is no role. Nearest: ${near.slice(0, 3).join(', ')}.`,
  );
}
