/** The page of the live view; it fetches nothing from elsewhere and sends nothing. */
export function livePage(nonce: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>codex-test live</title>
<style nonce="${nonce}">
  :root { color-scheme: light dark; font: 15px/1.4 system-ui, sans-serif; }
  body { margin: 0; padding: 1rem; }
  header { display: flex; gap: 1rem; align-items: baseline; margin-bottom: 1rem; }
  h1 { font-size: 1rem; margin: 0; }
  #state { opacity: 0.7; }
  main { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 34rem), 1fr)); }
  article { border: 1px solid #8886; border-radius: 6px; overflow: hidden; align-self: start; }
  article.ended { opacity: 0.6; }
  h2 { font-size: 0.95rem; margin: 0; padding: 0.5rem 0.75rem 0; overflow-wrap: anywhere; }
  p { margin: 0; padding: 0 0.75rem 0.5rem; min-height: 1.4em; opacity: 0.8; overflow-wrap: anywhere; }
  figure { margin: 0; position: relative; }
  img { display: block; width: 100%; height: auto; }
  i { position: absolute; border: 2px solid #f0f; box-shadow: 0 0 0 1px #fff8; pointer-events: none; }
</style>
</head>
<body>
<header><h1>codex-test</h1><span id="state" role="status">Waiting for the first desktop…</span></header>
<main></main>
<script nonce="${nonce}">${script}</script>
</body>
</html>
`;
}

const script = `
const main = document.querySelector('main');
const state = document.querySelector('#state');
const cards = new Map();

function card({ id, title }) {
  const article = document.createElement('article');
  const [heading, step, figure, img, mark] = ['h2', 'p', 'figure', 'img', 'i'].map((name) => document.createElement(name));
  heading.textContent = title;
  img.alt = 'The desktop of: ' + title;
  img.hidden = true;
  mark.hidden = true;
  figure.append(img, mark);
  article.append(heading, step, figure);
  main.append(article);
  return { id, article, step, img, mark, picture: 0, loading: false, wanted: 0, box: undefined };
}

// One picture at a time: on a slow machine those in between are left out.
function load(shown) {
  if (shown.loading || shown.wanted === shown.picture) return;
  const number = shown.wanted;
  const next = new Image();
  shown.loading = true;
  const done = () => { shown.loading = false; load(shown); };
  next.onload = () => {
    shown.picture = number;
    shown.img.src = next.src;
    shown.img.hidden = false;
    place(shown);
    done();
  };
  next.onerror = () => { shown.picture = number; done(); };
  next.src = 'picture/' + shown.id + '/' + number;
}

function place({ img, mark, box }) {
  mark.hidden = !box || !img.naturalWidth;
  if (mark.hidden) return;
  const [x, y] = [100 / img.naturalWidth, 100 / img.naturalHeight];
  mark.style.left = box.x * x + '%';
  mark.style.top = box.y * y + '%';
  mark.style.width = box.width * x + '%';
  mark.style.height = box.height * y + '%';
}

const events = new EventSource('events');
events.onmessage = ({ data }) => {
  const desktops = JSON.parse(data);
  for (const [id, { article }] of cards) {
    if (!desktops.some((desktop) => desktop.id === id)) { article.remove(); cards.delete(id); }
  }
  for (const desktop of desktops) {
    if (!cards.has(desktop.id)) cards.set(desktop.id, card(desktop));
    const shown = cards.get(desktop.id);
    shown.step.textContent = desktop.step;
    shown.article.classList.toggle('ended', desktop.ended);
    shown.box = desktop.box;
    shown.wanted = desktop.picture;
    place(shown);
    load(shown);
  }
  const running = desktops.filter(({ ended }) => !ended).length;
  state.textContent = running === 0 ? 'No desktop at the moment' : running === 1 ? '1 desktop' : running + ' desktops';
};
events.addEventListener('over', () => { events.close(); state.textContent = 'The run has ended'; });
events.onerror = () => { state.textContent = 'No connection to the run'; };
`;
