import { SandboxError } from '../error.js';

// Which system calls an account may not make, as a program for the kernel's filter; seccomp(2), bpf of <linux/filter.h>.

/** Numbers of <asm/unistd.h>, and the AUDIT_ARCH of <linux/audit.h>. */
interface Architecture {
  readonly audit: number;
  readonly calls: Readonly<Record<string, number>>;
  /** Numbers from here on belong to another calling convention of the same architecture. */
  readonly foreign?: number;
}

/** The same everywhere: calls that came after 2018. */
// prettier-ignore
const late = {
  io_uring_setup: 425, io_uring_enter: 426, io_uring_register: 427, open_tree: 428, move_mount: 429, fsopen: 430,
  fsconfig: 431, fsmount: 432, fspick: 433, clone3: 435, mount_setattr: 442,
};

// prettier-ignore
const architectures: Readonly<Record<string, Architecture>> = {
  x64: {
    audit: 0xc000003e,
    foreign: 0x40000000, // x32
    calls: {
      ...late, ioctl: 16, socket: 41, clone: 56, ptrace: 101, syslog: 103, pivot_root: 155, prctl: 157, chroot: 161,
      acct: 163, settimeofday: 164, mount: 165, umount2: 166, swapon: 167, swapoff: 168, reboot: 169, iopl: 172,
      ioperm: 173, init_module: 175, delete_module: 176, quotactl: 179, lookup_dcookie: 212, clock_settime: 227,
      kexec_load: 246, add_key: 248, request_key: 249, keyctl: 250, unshare: 272, move_pages: 279,
      perf_event_open: 298, fanotify_init: 300, prlimit64: 302, open_by_handle_at: 304, setns: 308,
      process_vm_readv: 310, process_vm_writev: 311, kcmp: 312, finit_module: 313, kexec_file_load: 320, bpf: 321,
      userfaultfd: 323,
    },
  },
  arm64: {
    audit: 0xc00000b7,
    calls: {
      ...late, lookup_dcookie: 18, ioctl: 29, umount2: 39, mount: 40, pivot_root: 41, chroot: 51, quotactl: 60,
      acct: 89, unshare: 97, kexec_load: 104, init_module: 105, delete_module: 106, clock_settime: 112, syslog: 116,
      ptrace: 117, reboot: 142, prctl: 167, settimeofday: 170, socket: 198, add_key: 217, request_key: 218,
      keyctl: 219, clone: 220, swapon: 224, swapoff: 225, move_pages: 239, perf_event_open: 241, prlimit64: 261,
      fanotify_init: 262, open_by_handle_at: 265, setns: 268, process_vm_readv: 270, process_vm_writev: 271,
      kcmp: 272, finit_module: 273, bpf: 280, userfaultfd: 282, kexec_file_load: 294,
    },
  },
};

/** Other people's memory and files, the machine itself, and parts of the kernel with a history of holes. */
// prettier-ignore
const forbidden = [
  'ptrace', 'process_vm_readv', 'process_vm_writev', 'kcmp', 'move_pages', 'open_by_handle_at', 'bpf',
  'perf_event_open', 'userfaultfd', 'fanotify_init', 'kexec_load', 'kexec_file_load', 'init_module', 'finit_module',
  'delete_module', 'reboot', 'swapon', 'swapoff', 'acct', 'syslog', 'settimeofday', 'clock_settime', 'quotactl',
  'lookup_dcookie', 'iopl', 'ioperm',
];

/** As if the kernel did not have them: programs have another way, or do without. */
const missing = ['io_uring_setup', 'io_uring_enter', 'io_uring_register', 'add_key', 'request_key', 'keyctl'];

/** What only makes sense in a namespace of one's own. */
const forNamespaces = ['unshare', 'setns', 'mount', 'umount2', 'pivot_root', 'chroot'];
const missingForNamespaces = [
  ...['open_tree', 'move_mount', 'fsopen', 'fsconfig', 'fsmount', 'fspick', 'mount_setattr'],
  'clone3', // its flags lie where a filter cannot look; the C library then uses clone
];
/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET of <linux/sched.h>. */
const newNamespaces = 0x7e020000;

const errno = { EPERM: 1, ENOSYS: 38, EPROTONOSUPPORT: 93, EAFNOSUPPORT: 97 } as const;
const families = { unix: 1, inet: 2, inet6: 10, netlink: 16 } as const;
/** Routes and addresses, which the C library asks for, and hot-plugged devices; not the packet filter's. */
const netlink = { route: 0, uevent: 15 } as const;
/** Puts a character into the input of a terminal, or of a console; <asm-generic/ioctls.h>. */
const injections = { TIOCSTI: 0x5412, TIOCLINUX: 0x541c } as const;

const allow = 0x7fff0000;
const killProcess = 0x80000000;
/** Offsets in struct seccomp_data; the low half of an argument comes first on both architectures. */
const offset = { call: 0, architecture: 4, argument: (index: number) => 16 + 8 * index } as const;

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, operand: number];
const load = (at: number): Instruction => [0x20, 0, 0, at];
const end = (verdict: number): Instruction => [0x06, 0, 0, verdict];
const refuse = (error: number): Instruction => end(0x00050000 | error);
/** Runs `then` where the loaded word equals, and goes on behind it elsewhere. */
const whenEqual = (value: number, then: readonly Instruction[]): Instruction[] => [
  [0x15, 0, then.length, value],
  ...then,
];
const whenAtLeast = (value: number, then: readonly Instruction[]): Instruction[] => [
  [0x35, 0, then.length, value],
  ...then,
];
const whenAnyBit = (bits: number, then: readonly Instruction[]): Instruction[] => [
  [0x45, 0, then.length, bits],
  ...then,
];

export interface Filter {
  /** Whether programs may make namespaces of their own, as browsers do for their own sandboxes. */
  readonly nested: boolean;
}

/** The instructions of a filter, 8 bytes each. Throws `unsupported` on a processor whose numbers are not listed. */
export function filterProgram({ nested }: Filter, machine: string = process.arch): Buffer {
  const { audit, calls, foreign } = architecture(machine);
  const numbers = (names: readonly string[]): number[] => names.flatMap((name) => calls[name] ?? []);
  const on = (name: string, then: readonly Instruction[]): Instruction[] =>
    whenEqual(calls[name] ?? 0xffffffff, then);
  const program = [
    load(offset.architecture),
    [0x15, 1, 0, audit] as Instruction,
    end(killProcess),
    load(offset.call),
    ...(foreign === undefined ? [] : whenAtLeast(foreign, [end(killProcess)])),
    ...numbers(forbidden).flatMap((call) => whenEqual(call, [refuse(errno.EPERM)])),
    ...numbers(missing).flatMap((call) => whenEqual(call, [refuse(errno.ENOSYS)])),
    ...(nested ? [] : withoutNamespaces(numbers, on)),
    ...on('ioctl', [
      load(offset.argument(1)),
      ...Object.values(injections).flatMap((request) => whenEqual(request, [refuse(errno.EPERM)])),
      end(allow),
    ]),
    ...on('socket', [
      load(offset.argument(0)),
      ...[families.unix, families.inet, families.inet6].flatMap((family) => whenEqual(family, [end(allow)])),
      ...whenEqual(families.netlink, [
        load(offset.argument(2)),
        ...Object.values(netlink).flatMap((protocol) => whenEqual(protocol, [end(allow)])),
        refuse(errno.EPROTONOSUPPORT),
      ]),
      refuse(errno.EAFNOSUPPORT),
    ]),
    end(allow),
  ];
  return encode(program);
}

function withoutNamespaces(
  numbers: (names: readonly string[]) => number[],
  on: (name: string, then: readonly Instruction[]) => Instruction[],
): Instruction[] {
  return [
    ...numbers(forNamespaces).flatMap((call) => whenEqual(call, [refuse(errno.EPERM)])),
    ...numbers(missingForNamespaces).flatMap((call) => whenEqual(call, [refuse(errno.ENOSYS)])),
    ...on('clone', [
      load(offset.argument(0)),
      ...whenAnyBit(newNamespaces, [refuse(errno.EPERM)]),
      end(allow),
    ]),
  ];
}

/** The number of a system call on this machine. */
export function systemCall(name: 'prctl' | 'prlimit64', machine: string = process.arch): number {
  return architecture(machine).calls[name] ?? -1;
}

function architecture(machine: string): Architecture {
  const found = architectures[machine];
  if (found !== undefined) return found;
  const known = Object.keys(architectures).join(' and ');
  throw new SandboxError('unsupported', `system calls can be filtered on ${known} only, not on ${machine}`);
}

function encode(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * 8);
  program.forEach(([code, ifTrue, ifFalse, operand], index) => {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(ifTrue, index * 8 + 2);
    bytes.writeUInt8(ifFalse, index * 8 + 3);
    bytes.writeUInt32LE(operand >>> 0, index * 8 + 4);
  });
  return bytes;
}
