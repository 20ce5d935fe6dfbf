/** Pages for Chromium: what web applications draw and toolkits do not. */

const style = `
  body { font: 14px sans-serif; margin: 16px; }
  button, .button { font: inherit; padding: 5px 14px; border-radius: 4px; border: 1px solid #999; margin: 3px; }
  .primary { background: #1a73e8; color: white; border-color: #1a73e8; }
  .danger { background: #c5221f; color: white; border: 0; }
  .green { background: #188038; color: #fff; border: 0; }
  .yellow { background: #fbbc04; color: #202124; border: 0; }
  .outline { background: transparent; color: #1a73e8; border: 2px solid #1a73e8; }
  .ghost { background: #f1f3f4; color: #5f6368; border: 0; }
  .tiny { font-size: 11px; } .large { font-size: 22px; }
  .mono { font-family: monospace; } .serif { font-family: serif; }
  .faint { color: #9aa0a6; }
  fieldset { margin: 8px 0; border: 1px solid #ccc; }
  label { margin-right: 12px; } input, select { font: inherit; }
  table { border-collapse: collapse; } td, th { border: 1px solid #ccc; padding: 4px 10px; text-align: left; }
  .plain td, .plain th { border: 0; padding: 2px 14px; } .right { text-align: right; }
  .bar { background: #37474f; color: #eceff1; padding: 8px; } .bar span { margin-right: 22px; }
`;

const html = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title><style>${style}</style></head><body>${body}</body></html>`;

const buttons = (kinds: readonly string[], names: readonly string[]): string =>
  `<p>${names.map((name, at) => `<button class="${kinds[at % kinds.length]}">${name}</button>`).join(' ')}</p>`;

/** A form with buttons of many colours, and disabled ones. */
export const forms = html(
  'Order 1107',
  `<div class="bar"><span>Dashboard</span><span>Orders</span><span>Billing</span><span>Log out</span></div>
  <h1>Order 1107</h1>
  ${buttons(['primary', 'danger', 'green', 'yellow', 'outline', 'ghost'], ['Save', 'Delete', 'Approve', 'Warn', 'Edit', 'Skip', 'Send mail', 'Remove all', 'Fill in', 'Hold', 'Refresh', 'Off'])}
  ${buttons(['primary tiny', 'danger tiny', 'green tiny', 'yellow tiny', 'outline tiny', 'ghost tiny'], ['OK', 'Cancel', 'Apply', 'Retry', 'Next &gt;', '&lt; Back'])}
  ${buttons(['primary', '', 'outline'], ['+', '−', '1', '7', '0', '×', '÷', '=', '%', 'x²', '√', '?'])}
  <p><button disabled>Undo</button> <button disabled>Redo all steps</button> <label><input type="checkbox" disabled>Notify the carrier</label></p>
  <fieldset><legend>Delivery</legend>
    <label><input type="radio" name="d" checked>Standard (2–4 days)</label>
    <label><input type="radio" name="d">Express, +9.90 €</label>
    <label><input type="radio" name="d">Pick-up in store #12</label></fieldset>
  <fieldset><legend>Options</legend>
    <label><input type="checkbox" checked>Gift wrap</label><label><input type="checkbox">Invoice by e-mail</label>
    <label><input type="checkbox">I accept the terms &amp; conditions</label></fieldset>
  <p><label>Customer <input value="Willi Müller-Hill" size="22"></label> <label>City <input value="Aalborg"></label>
  <label>ZIP <input value="10115" size="6"></label></p>
  <p><label>IBAN <input class="mono" value="DE89 3704 0044 0532 0130 00" size="30"></label>
  <label>Date <input value="2026-11-24" size="10"></label> <label>Amount <input value="$1,299.00" size="9"></label></p>
  <p class="tiny">All prices include 19 % VAT. Ill-formed files are skipped.</p>
  <p class="faint">Last saved 3 min ago by anna@example.org</p>
  <p class="serif">Fluffy waffles, first class offices &amp; final affidavits.</p>`,
);

const rows = [
  ['1', 'INV-2024-0017', 'Illinois Light Co.', 'Paid', '1,250.00'],
  ['2', 'INV-2024-0018', 'Oslo Fjord AS', 'Open', '98.10'],
  ['3', 'INV-2024-0021', 'Bill &amp; Jill Ltd.', 'Overdue', '10.01'],
  ['4', 'INV-2024-0100', 'O0O Logistics', 'Draft', '0.00'],
  ['5', 'INV-2024-0111', 'Fiji Flights', 'Paid', '71,711.17'],
];

const row = (cells: readonly string[], kind: string): string =>
  `<tr>${cells.map((cell, at) => `<${kind} class="${at === 4 ? 'right' : ''}">${cell}</${kind}>`).join('')}</tr>`;

const rowsOf = (extra: string): string =>
  `<table class="${extra}">${row(['No.', 'Invoice', 'Customer', 'State', 'Total'], 'th')}${rows.map((cells) => row(cells, 'td')).join('')}</table>`;

/** Tables with and without rules, code, links and lone characters. */
export const pages = html(
  'Invoices',
  `<h2>Invoices</h2>${rowsOf('')}<h3>Without rules</h3>${rowsOf('plain')}
  <p class="mono">GET /api/v1/items?id=0&amp;l=10 200 OK</p>
  <p class="mono tiny">if (x[i] != null) { total += x[i] * 1.19; }</p>
  <p><a href="#1">Home</a> | <a href="#2">Products</a> | <a href="#3">F.A.Q.</a> | <a href="#4">Il Mondo</a></p>
  <p><span class="large">Welcome back</span> <span class="faint">v1.10.1</span></p>
  <ul><li>Ctrl+Shift+P opens the palette</li><li>C:\\Program Files\\Acme\\bin</li><li>~/.config/app.ini</li><li>10:45 – 11:00</li></ul>
  <table class="plain"><tr><td>A</td><td>B</td><td>C</td><td>D</td><td>I</td><td>l</td><td>O</td><td>Q</td><td>W</td></tr>
  <tr><td>0</td><td>1</td><td>2</td><td>3</td><td>4</td><td>5</td><td>6</td><td>8</td><td>9</td></tr></table>`,
);
