import { readdirSync } from 'node:fs';
import { mkdir, readdir, rename, utimes } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { hasDirectory } from './overlay.js';

/** Files that programs of packages write over the host's; whatever else they write is left behind. */
const known = [
  /^usr\/share\/glib-2\.0\/schemas\/gschemas\.compiled$/,
  /^usr\/share\/applications\/mimeinfo\.cache$/,
  /^usr\/share\/mime\/(?:[^/]+\/)?[^/]+$/,
  /^usr\/share\/icons\/[^/]+\/icon-theme\.cache$/,
  /^usr\/lib\/[^/]+\/gdk-pixbuf-2\.0\/2\.10\.0\/loaders\.cache$/,
  /^usr\/lib\/[^/]+\/gio\/modules\/giomodule\.cache$/,
  /^usr\/lib\/[^/]+\/gtk-3\.0\/3\.0\.0\/immodules\.cache$/,
  /^var\/cache\/fontconfig\/[^/]+$/,
];

/** What the triggers of Debian's packages do for those that programs of a desktop come with. */
export const cacheScript = `set -e
each() { for path in "$@"; do if [ -e "/layer$path" ]; then printf '%s\\n' "$path"; fi; done; }
has() { command -v "$1" >/dev/null; }
schemas=/usr/share/glib-2.0/schemas
if [ -d "/layer$schemas" ] && has glib-compile-schemas; then glib-compile-schemas "$schemas"; fi
if [ -d /layer/usr/share/applications ] && has update-desktop-database; then update-desktop-database -q; fi
if [ -d /layer/usr/share/mime/packages ] && has update-mime-database; then update-mime-database /usr/share/mime; fi
if has gtk-update-icon-cache; then
  for theme in $(each /usr/share/icons/*); do
    if [ -f "$theme/index.theme" ]; then gtk-update-icon-cache --quiet --force --ignore-theme-index "$theme"; fi
  done
fi
for directory in $(each /usr/lib/*/gdk-pixbuf-2.0/2.10.0/loaders); do
  "\${directory%/2.10.0/loaders}/gdk-pixbuf-query-loaders" --update-cache
done
for directory in $(each /usr/lib/*/gio/modules); do
  "\${directory%/gio/modules}/glib-2.0/gio-querymodules" "$directory"
done
for directory in $(each /usr/lib/*/gtk-3.0/3.0.0/immodules); do
  "\${directory%/gtk-3.0/3.0.0/immodules}/libgtk-3-0/gtk-query-immodules-3.0" --update-cache
done
if [ -d /layer/usr/share/fonts ] && has fc-cache; then fc-cache --system-only --force; fi
cd /changes
find . -type f -exec cp --parents -t /results {} +
`;

/** Directories into which the script writes for the packages of a layer. */
export function cacheDirectories(layer: string): readonly string[] {
  const below = (path: string): readonly string[] =>
    [layer, '/'].flatMap((tree) =>
      hasDirectory(tree, path)
        ? readdirSync(join(tree, path), { withFileTypes: true })
            .filter((entry) => entry.isDirectory())
            .map((entry) => join(path, entry.name))
        : [],
    );
  const has = (path: string): boolean => hasDirectory(layer, path);
  const libraries = below('/usr/lib');
  const found = [
    ...['/usr/share/glib-2.0/schemas', '/usr/share/applications'].filter(has),
    ...(has('/usr/share/mime/packages') ? ['/usr/share/mime', ...below('/usr/share/mime')] : []),
    ...below('/usr/share/icons').filter(has),
    ...libraries.map((path) => `${path}/gdk-pixbuf-2.0/2.10.0`).filter((path) => has(`${path}/loaders`)),
    ...libraries.map((path) => `${path}/gio/modules`).filter(has),
    ...libraries.map((path) => `${path}/gtk-3.0/3.0.0`).filter((path) => has(`${path}/immodules`)),
    ...(has('/usr/share/fonts') ? ['/var/cache/fontconfig'] : []),
  ];
  // They become words of a script.
  return [...new Set(found)].filter((path) => /^[A-Za-z0-9_.+/-]+$/.test(path));
}

/** Moves the known ones of the regular files in `from`, which nobody writes any more, to a tree of root's own. */
export async function takeCaches({
  from,
  to,
}: {
  readonly from: string;
  readonly to: string;
}): Promise<void> {
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    const path = relative(from, join(entry.parentPath, entry.name));
    if (!entry.isFile() || !known.some((pattern) => pattern.test(path))) continue;
    await mkdir(join(to, dirname(path)), { recursive: true });
    await rename(join(from, path), join(to, path));
    // Toolkits do not use a cache that is older than its directory.
    const now = new Date();
    for (const each of [join(to, path), join(to, dirname(path))]) await utimes(each, now, now);
  }
}
