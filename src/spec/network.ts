import { isIP, isIPv4, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import { type Reading, listOf, refuse } from './settings.js';
import { didYouMean } from './suggest.js';
import type { Network, NetworkRules } from './types.js';

/** What an entry of `allow` and `deny` looks like; what is more is known to {@link readDestination} alone. */
export const destinationForm =
  /^(?:\*|(?:\*{1,2}\.)?[^\s*/\\:@?#%[\]]+|\[[0-9A-Fa-f:.]+\])(?::(?:\d{1,5}|\*))?$/;

const kinds = ['allow', 'deny', 'localhost'] as const;
const most = { destinations: 128, ports: 32 } as const;

/** Reads `offline`, `online` or a map of what may be reached. */
export function readNetwork(value: unknown): Reading {
  if (value === 'offline' || value === 'online') return { network: value };
  if (!(value instanceof Map)) {
    return refuse(
      'network',
      value,
      'Write offline or online, or what to reach such as {allow: [example.com]}.',
    );
  }
  if (value.size === 0) return refuse('network', value, 'Write allow, deny or localhost.');
  let network: NetworkRules = {};
  for (const [key, given] of value as ReadonlyMap<string, unknown>) {
    const kind = kinds.find((each) => each === key);
    if (kind === undefined) {
      const advice = didYouMean(key, kinds) || ` Only ${kinds.join(', ')} exist.`;
      return bad(`Unknown key "${key}" in "network".${advice}`);
    }
    const values = kind === 'localhost' ? readPorts(given) : readDestinations(kind, given);
    if (!Array.isArray(values)) return values as Reading;
    network = { ...network, [kind]: values };
  }
  const both = network.allow?.find((each) => network.deny?.includes(each));
  if (both !== undefined)
    return bad(`"${both}" is in "allow" and in "deny", which wins. Remove one of them.`);
  return { network };
}

/**
 * The same network with its entries in the one form that they are compared in. Throws an `Error` that says what to
 * write instead.
 */
export function checkNetwork(network: Network): Network {
  const value = typeof network === 'object' ? new Map(Object.entries(network)) : network;
  const reading = readNetwork(value);
  if ('message' in reading) throw new Error(`settings.network: ${reading.message}`);
  return reading.network ?? network;
}

function readDestinations(kind: 'allow' | 'deny', given: unknown): readonly string[] | Reading {
  const values = listOf(given);
  if (!values) return refuse(`network.${kind}`, given, 'Write a list of domains, such as [example.com].');
  if (values.length > most.destinations)
    return bad(`"network.${kind}" has more than ${most.destinations} entries.`);
  const read = values.map((each) =>
    typeof each === 'string' ? readDestination(each) : { wrong: 'Write a domain such as example.com.' },
  );
  const at = read.findIndex((each) => typeof each !== 'string');
  const problem = read[at];
  if (typeof problem === 'object') {
    return bad(`${JSON.stringify(values[at])} is no entry for "network.${kind}". ${problem.wrong}`);
  }
  return [...new Set(read.filter((each) => typeof each === 'string'))];
}

/** An entry in small letters, in Punycode and without a dot at its end, or what is wrong with it. */
export function readDestination(text: string): string | { readonly wrong: string } {
  const entry = text.trim();
  const host = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]+)/i.exec(entry)?.[1] ?? /^([^/]+)\//.exec(entry)?.[1];
  if (host !== undefined) return wrong(`Write the host alone: ${host}.`);
  if (isIPv6(entry)) return readDestination(`[${entry}]`);
  if (!destinationForm.test(entry)) return wrong(adviceOn(entry));
  const [, before = '', ipv6, name = '', port] =
    /^(\*{1,2}\.)?(?:\[([^\]]+)\]|([^:]+?)\.?)(?::(\d+|\*))?$/.exec(entry) ?? [];
  const suffix = port === undefined ? '' : `:${port === '*' ? port : Number(port)}`;
  if (port !== undefined && port !== '*' && (Number(port) < 1 || Number(port) > 65_535)) {
    return wrong('A port is a number from 1 to 65535.');
  }
  if (name === '*') return `*${suffix}`;
  if (ipv6 !== undefined) {
    if (!isIPv6(ipv6)) return wrong('Between brackets stands an IPv6 address.');
    const address = new URL(`http://[${ipv6}]/`).hostname;
    return address === '[::1]' ? thisMachine(port) : `${address}${suffix}`;
  }
  const ascii = domainToASCII(name);
  const labels = ascii.split('.');
  if (ascii.length > 253 || !labels.every((label) => /^[a-z0-9_-]{1,63}$/.test(label))) {
    return wrong('That is no domain.');
  }
  if (/^(?:0x[0-9a-f]*|\d+)$/.test(labels.at(-1) ?? '') && !isIPv4(name)) {
    return wrong('Write an address as four numbers, such as 93.184.216.34.');
  }
  if (before !== '' && isIP(ascii) !== 0) return wrong('An address has nothing below it. Remove the star.');
  if (ascii === 'localhost' || ascii.endsWith('.localhost') || (isIPv4(ascii) && ascii.startsWith('127.')))
    return thisMachine(port);
  return `${before}${ascii}${suffix}`;
}

function adviceOn(entry: string): string {
  if (entry.includes('*')) {
    const rest = entry.replaceAll('*', '').replaceAll(/^\.+|\.+$|\.(?=\.)/g, '');
    return `A star stands in front alone: *.${rest || 'example.com'} for what is below, **.${rest || 'example.com'} with the domain itself, * for all.`;
  }
  return 'Write a domain such as example.com, or one with a port such as example.com:8443.';
}

function thisMachine(port: string | undefined): { readonly wrong: string } {
  const which = port === undefined || port === '*' ? '8080' : port;
  return wrong(`That is this machine. Write {localhost: [${which}]} for its ports.`);
}

function readPorts(given: unknown): readonly number[] | Reading {
  const values = listOf(given);
  const ports = values?.map((each) => (/^\d{1,5}$/.test(String(each)) ? Number(each) : 0));
  if (!ports?.every((port) => port >= 1 && port <= 65_535)) {
    return refuse('network.localhost', given, 'Write a list of ports from 1 to 65535, such as [8080].');
  }
  if (ports.length > most.ports) return bad(`"network.localhost" has more than ${most.ports} ports.`);
  return [...new Set(ports)];
}

function wrong(advice: string): { readonly wrong: string } {
  return { wrong: advice };
}

function bad(message: string): Reading {
  return { code: 'bad-value', message };
}
