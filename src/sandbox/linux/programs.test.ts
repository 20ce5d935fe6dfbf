import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, test as base } from '@playwright/test';
import { connectBroker, type Sandbox } from '../index.js';
import * as host from './testing.js';
import { openInternet, type Internet } from './testingInternet.js';

/** A sandbox with its desktop, which reaches one domain, without any program being told of the proxy. */
const test = base.extend<
  object,
  { readonly place: { readonly internet: Internet; readonly sandbox: Sandbox } }
>({
  place: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures from the pattern
    async ({}, use) => {
      const internet = await openInternet();
      const started = await internet.startBroker();
      const broker = await connectBroker(started.socket);
      const sandbox = await broker.provision({
        ...host.options,
        network: 'online',
        allow: ['good.example'],
        nested: true,
      });
      await sandbox.start();
      await use({ internet, sandbox });
      await broker.close();
      await started.stop();
      await internet.close();
    },
    { scope: 'worker' },
  ],
});

const java = `cat > Get.java <<'END'
public class Get {
  public static void main(String[] words) throws Exception {
    var address = java.net.URI.create("http://good.example/java");
    address.toURL().openStream().readAllBytes();
    var request = java.net.http.HttpRequest.newBuilder(java.net.URI.create("http://good.example/java11")).build();
    java.net.http.HttpClient.newHttpClient().send(request, java.net.http.HttpResponse.BodyHandlers.discarding());
  }
}
END
java Get.java`;

const programs = [
  ['curl', '/usr/bin/curl', 'curl -sS http://good.example/curl', ['/curl']],
  ['wget', '/usr/bin/wget', 'wget -qO- http://good.example/wget', ['/wget']],
  [
    'git',
    '/usr/bin/git',
    'git ls-remote http://good.example/a.git',
    ['/a.git/info/refs?service=git-upload-pack'],
  ],
  ['npm', '/usr/bin/npm', 'npm view a --registry http://good.example/ --fetch-retries 0', ['/a']],
  [
    'Python',
    '/usr/bin/python3',
    `/usr/bin/python3 -c 'from urllib.request import urlopen; urlopen("http://good.example/python")'`,
    ['/python'],
  ],
  ['Java', '/usr/bin/javac', java, ['/java', '/java11']],
  [
    'Chromium',
    '/usr/bin/chromium',
    'chromium --headless --no-first-run --dump-dom http://good.example/chromium',
    ['/chromium'],
  ],
] as const;
for (const [name, path, command, wanted] of programs) {
  test(`${name} finds the proxy by itself`, async ({ place: { internet, sandbox } }) => {
    test.skip(!existsSync(path), `${path} is not installed`);
    internet.forget();
    await sandbox.exec(['/bin/sh', '-c', command], { timeout: 50_000 });
    const paths = internet.seen.flatMap((each) => (each.kind === 'http' ? [each.path] : []));
    expect(paths).toEqual(expect.arrayContaining([...wanted]));
  });
}

test('GLib, and GTK with it, finds the proxy by itself', async ({ place: { sandbox } }) => {
  const gi = spawnSync('/usr/bin/python3', ['-c', 'from gi.repository import Gio']).status === 0;
  test.skip(!gi, 'python3-gi is not installed');
  const ask = `from gi.repository import Gio
lookup = Gio.ProxyResolver.get_default().lookup
print(*[lookup(scheme + host)[0] for scheme, host in [("http://", "a.example"), ("https://", "a.example"), ("http://", "localhost")]])`;
  const { stdout } = await sandbox.exec(['/usr/bin/python3', '-c', ask], { timeout: 20_000 });
  expect(stdout.toString().trim()).toBe('http://127.0.0.1:3128 http://127.0.0.1:3128 direct://');
});
