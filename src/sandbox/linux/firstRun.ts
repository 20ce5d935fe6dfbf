import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where Debian keeps LibreOffice's defaults: every file of it is read. */
const registry = '/etc/libreoffice/registry';

const off = (name: string): string => `<prop oor:name="${name}"><value>false</value></prop>`;

/** A layer above LibreOffice's own defaults and below what the account sets; keys of other versions are ignored. */
const libreOffice = `<?xml version="1.0" encoding="UTF-8"?>
<oor:data xmlns:oor="http://openoffice.org/2001/registry">
<dependency file="main"/>
<oor:component-data oor:package="org.openoffice.Office" oor:name="Common">
<node oor:name="Misc">${off('FirstRun')}${off('ShowTipOfTheDay')}</node>
<node oor:name="Accessibility">${off('IsAllowAnimatedGraphics')}${off('IsAllowAnimatedText')}</node>
</oor:component-data>
<oor:component-data oor:package="org.openoffice.Office.UI" oor:name="Infobar">
<node oor:name="Enabled">${['WhatsNew', 'Donate', 'GetInvolved'].map(off).join('')}</node>
</oor:component-data>
</oor:data>
`;

/**
 * Files that keep applications from greeting whoever starts them for the first time, as a fresh account
 * always does: inside path → host path, and the directories that hold them. `write` keeps a text in a file.
 */
export async function withoutGreetings(write: (file: string, content: string) => Promise<string>): Promise<{
  readonly readOnly: Readonly<Record<string, string>>;
  readonly fresh: Readonly<Record<string, string>>;
}> {
  if (!existsSync(join(registry, 'main.xcd'))) return { readOnly: {}, fresh: {} };
  const own = readdirSync(registry)
    .map((name) => join(registry, name))
    .filter((path) => existsSync(path));
  return {
    fresh: { [registry]: '0755' },
    readOnly: {
      ...Object.fromEntries(own.map((path) => [path, path])),
      [join(registry, 'zz-codex-test.xcd')]: await write('libreoffice.xcd', libreOffice),
    },
  };
}
