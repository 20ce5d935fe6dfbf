import type { Rules } from './rules.js';

/** Why a connection was not made. */
export type Reason =
  /** No entry of `allow` holds. */
  | 'not allowed'
  /** An entry of `deny` holds. */
  | 'denied'
  /** The name has an address of this machine or of a private network. */
  | 'private address'
  /** A port of the machine that `localhost` does not list. */
  | 'port of this machine'
  /** The destination is no host and port. */
  | 'no destination'
  /** More connections at a time than the proxy takes. */
  | 'too many connections';

/** What the proxy says of a connection that it refused; a line of JSON. */
export interface Refusal {
  readonly id: number;
  /** Host and port, as asked for. */
  readonly to: string;
  readonly reason: Reason;
  /** Port that the connection comes from; the listening one, in the account's namespace. */
  readonly from: { readonly port: number; readonly at: number };
}

/** The answer, once the process that holds the connection was looked for. */
export interface Noted {
  readonly id: number;
}

/** What a listening socket is for: a protocol, or a port of the machine. */
export type Kind = 'http' | 'socks' | number;

/**
 * Command line of the proxy behind its program: the rules as JSON, then for each listening socket its descriptor and
 * what it is for, as in `3:http`.
 */
export function parseStart(args: readonly string[]): {
  readonly rules: Rules;
  readonly listeners: readonly { readonly descriptor: number; readonly kind: Kind }[];
} {
  const [rules = '', ...listeners] = args;
  return {
    rules: JSON.parse(rules) as Rules,
    listeners: listeners.map((text) => {
      const [descriptor, kind = ''] = text.split(':');
      return {
        descriptor: Number(descriptor),
        kind: kind === 'http' || kind === 'socks' ? kind : Number(kind),
      };
    }),
  };
}
