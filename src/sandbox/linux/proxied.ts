import type { ProxyPorts } from './proxy.js';

/** Hosts that are the sandbox itself. */
const local = ['localhost', '127.0.0.1', '::1'];

/**
 * Variables that lead programs to the proxy: in the spellings that curl, wget, git, Python, Go, Chromium and GLib read,
 * and for Java and Node, which have their own.
 */
export function proxyEnvironment({ http, socks }: ProxyPorts): Record<string, string> {
  const address = `http://127.0.0.1:${http}`;
  const named = (names: readonly string[], value: string): Record<string, string> =>
    Object.fromEntries(names.flatMap((name) => [name, name.toUpperCase()]).map((name) => [name, value]));
  return {
    // all_proxy too: Chromium takes socks5h for HTTP, and curl would look socks5 names up in the sandbox.
    ...named(['http_proxy', 'https_proxy', 'ftp_proxy', 'ws_proxy', 'wss_proxy', 'all_proxy'], address),
    ...named(['socks_proxy'], `socks5h://127.0.0.1:${socks}`),
    ...named(['no_proxy'], local.join(',')),
    RSYNC_PROXY: `127.0.0.1:${http}`,
    NODE_USE_ENV_PROXY: '1',
    ELECTRON_GET_USE_PROXY: '1',
    JAVA_TOOL_OPTIONS: [
      ...['http', 'https'].flatMap((scheme) => [
        `-D${scheme}.proxyHost=127.0.0.1`,
        `-D${scheme}.proxyPort=${http}`,
      ]),
      '-Dhttp.nonProxyHosts=localhost|127.*|[::1]',
    ].join(' '),
  };
}
