import { isIP, isIPv4, isIPv6 } from 'node:net';

/**
 * What an account may reach. An entry is `example.com`, `*.example.com` (subdomains alone), `**.example.com` (with
 * the domain itself), `*` (everything), or an address; then `:port` or `:*`, IPv6 in brackets.
 */
export interface Rules {
  readonly allow: readonly string[];
  /** Wins over `allow`. */
  readonly deny: readonly string[];
  /** Ports of the machine's own loopback. */
  readonly localhost: readonly number[];
}

export interface Target {
  /** As {@link canonicalHost} gives it. */
  readonly host: string;
  readonly port: number;
}

/** Ports that an entry of `allow` without one stands for. */
const usualPorts = [80, 443];

/** Host in the one form that rules are compared with: small letters, Punycode, no dot at the end; or undefined. */
export function canonicalHost(text: string): string | undefined {
  const bare = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
  if (isIPv6(bare)) return bare.includes('%') ? undefined : parsed(`[${bare}]`)?.slice(1, -1);
  // What a URL gives a meaning of its own, white space and control characters.
  // eslint-disable-next-line no-control-regex -- exactly those are meant
  if (text.length > 1_000 || /[\u0000-\u0020\u007f/?#@\\:%[\]]/.test(text)) return undefined;
  const host = parsed(text)?.replace(/\.$/, '');
  if (host === undefined || host.length > 253) return undefined;
  return host.split('.').every((label) => /^[a-z0-9_-]{1,63}$/.test(label)) ? host : undefined;
}

function parsed(host: string): string | undefined {
  try {
    return new URL(`http://${host}/`).hostname;
  } catch {
    return undefined;
  }
}

interface Entry {
  /** Stars in front of the name: none, `*` or `**`. */
  readonly stars: string;
  readonly name: string;
  readonly port: string | undefined;
}

const entryForm = /^(?:\[([0-9a-f:.]+)\]|(\*)|(?:(\*{1,2})\.)?([a-z0-9_.-]+))(?::(\d{1,5}|\*))?$/;

/** Reads an entry of a rule; undefined where it is none. */
export function parseEntry(text: string): Entry | undefined {
  const [, ipv6, all, stars = '', name = '', port] = entryForm.exec(text) ?? [];
  if (port !== undefined && port !== '*' && (Number(port) < 1 || Number(port) > 65_535)) return undefined;
  if (all !== undefined) return { stars: all, name: '', port };
  const host = canonicalHost(ipv6 ?? name);
  if (host === undefined || host !== (ipv6 ?? name)) return undefined;
  if (ipv6 !== undefined && !isIPv6(ipv6)) return undefined;
  return stars !== '' && isIP(host) !== 0 ? undefined : { stars, name: host, port };
}

function hits({ stars, name }: Entry, host: string): boolean {
  if (name === '') return true;
  if (isIPv4(host) || isIPv6(host)) return host === name;
  const below = host.endsWith(`.${name}`);
  return stars === '' ? host === name : stars === '*' ? below : below || host === name;
}

/** Whether an entry of `deny` holds for a target; one without a port holds for all. */
export function isDenied({ deny }: Rules, { host, port }: Target): boolean {
  return deny.some((text) => {
    const entry = parseEntry(text);
    // What cannot be read must not let anything through.
    if (entry === undefined) return true;
    const everyPort = entry.port === undefined || entry.port === '*';
    return (everyPort || Number(entry.port) === port) && hits(entry, host);
  });
}

/** Whether an entry of `allow` holds for a target; `deny` is not looked at. */
export function isAllowed({ allow }: Rules, { host, port }: Target): boolean {
  return allow.some((text) => {
    const entry = parseEntry(text);
    if (entry === undefined || !hits(entry, host)) return false;
    if (entry.port === undefined) return usualPorts.includes(port);
    return entry.port === '*' || Number(entry.port) === port;
  });
}
