import type { DesktopAddress } from '../desktop/types.js';

export interface SandboxOptions {
  readonly level: 'elevated' | 'unelevated';
  /** `offline` reaches nothing but its own loopback, `online` what `allow` and `deny` let it reach through a proxy. */
  readonly network: 'offline' | 'online';
  /**
   * Domains and addresses: `example.com`, `*.example.com` for what is below it, `**.example.com` for both, `*` for
   * all; with `:PORT` or `:*`, otherwise ports 80 and 443.
   */
  readonly allow?: readonly string[];
  /** In the same form, for every port where none is named; wins over `allow`. */
  readonly deny?: readonly string[];
  /** Ports of the machine's loopback that are those of the sandbox as well, `offline` too. */
  readonly localhost?: readonly number[];
  /** Size of the screen in pixels. */
  readonly display: { readonly width: number; readonly height: number };
  /** Value of `LANG`. */
  readonly locale: string;
  /** Variables of every process of the session. */
  readonly env?: Readonly<Record<string, string>>;
  /** IANA name, `UTC` by default. */
  readonly timezone?: string;
  /** Layout with a variant in parentheses, for example `de(nodeadkeys)`; `us` by default. */
  readonly keyboard?: string;
  /** Dark is what GTK applications have as their dark theme; `light` by default. */
  readonly theme?: 'light' | 'dark';
  /** Size of what GTK and Qt applications draw in percent, 100 by default. */
  readonly scale?: number;
  /** Whether programs may make namespaces of their own, as browsers do for their own sandboxes; false by default. */
  readonly nested?: boolean;
  /** What all processes of the account may have together. */
  readonly limits?: Limits;
  /** Debian packages whose files the sandbox has, whether or not they are installed on the host. */
  readonly packages?: readonly string[];
}

/** Where nothing is said, {@link defaultLimits} hold as far as the machine can enforce them. */
export interface Limits {
  /** Bytes, in-memory files included. */
  readonly memory?: number;
  /** Processes and threads. */
  readonly processes?: number;
}

export const defaultLimits = { memory: 4 * 1024 ** 3, processes: 2_000 } as const;

/** What a sandbox is made ready with before its application starts. */
export interface Preparation {
  /** Command line for the shell. */
  readonly command: string;
  /** SHA-256 of what else decides the result, such as files copied into the home; in hexadecimal. */
  readonly inputs: string;
  /** Milliseconds until the command is killed. */
  readonly timeout: number;
}

/** Where something that is kept came from, `host` where the host has it itself, and how many milliseconds it took. */
export interface Prepared {
  readonly from: 'cache' | 'made' | 'host';
  readonly ms: number;
}

export interface ExecOptions {
  /** Variables added to those of the session. */
  readonly env?: Readonly<Record<string, string>>;
  /** Bytes for the standard input; without them it is empty. */
  readonly stdin?: Uint8Array;
  /** Milliseconds until the command is killed; none by default. */
  readonly timeout?: number;
}

export interface ExecResult {
  /** Exit code, 128 + number of the signal that ended it. */
  readonly code: number;
  /** At most the first MiB of each stream. */
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly truncated: boolean;
  readonly timedOut: boolean;
}

/** A destination that a sandbox tried to reach and did not. */
export interface Attempt {
  /** Host and port. */
  readonly to: string;
  readonly reason: string;
  readonly count: number;
  /** Name of the program where it was found, all that held the connection; never a guess. */
  readonly process?: string;
}

/** What is known of a sandbox once it is gone. */
export interface Deprovisioned {
  readonly attempts: readonly Attempt[];
  /** Whether its proxy ended before it. */
  readonly proxyEnded: boolean;
}

/** Milliseconds that the parts of a sandbox's life took. */
export type Timings = Readonly<Record<string, number>>;

/** What is known of a sandbox that is gone. */
export interface Deprovisioned {
  /** How many of its processes the kernel ended since they wanted more memory than their limit. */
  readonly outOfMemory: number;
}

/** The account, files, network and processes that one test runs in. */
export interface Sandbox {
  /** Name that the account has inside, `codex-test-offline` or `codex-test-online`. */
  readonly account: string;
  /** Numeric id of the account, fresh for this sandbox. */
  readonly uid: number;
  /** Home directory inside the sandbox. */
  readonly home: string;
  readonly options: SandboxOptions;
  readonly timings: Timings;
  /** What this machine lacks of the sandbox's second lines, in sentences; empty where it has all. */
  readonly lacks: readonly string[];
  /** Where the packages came from; undefined where none are asked for. */
  readonly packages?: Prepared;
  /** Starts the desktop session and tells where its sockets are. */
  start(): Promise<DesktopAddress>;
  /** Runs a command as the account, inside; resolves when it has ended. */
  exec(argv: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /** Reads a regular file as the account; `~/` is the home. Resolves with undefined where there is none. */
  readFile(path: string): Promise<Buffer | undefined>;
  /** Writes a file as the account, creating its directory; `~/` is the home. */
  writeFile(path: string, content: Uint8Array): Promise<void>;
  /**
   * Puts the home into the state that a command leaves it in. The first time the command runs, its home is kept
   * and the sandbox is stopped, with `from: 'made'`; afterwards a fresh sandbox gets that home without running it.
   */
  prepare(preparation: Preparation): Promise<Prepared>;
  /** Ends every process of the account, the desktop session included. */
  stop(): Promise<void>;
  /** Removes the account with all it owns, and proves that nothing is left. */
  deprovision(): Promise<Deprovisioned>;
}
