// Source: <sys/prctl.h>, <sys/socket.h>, <sys/un.h>, <sys/mman.h>, <fcntl.h>, <poll.h>, <unistd.h>, <stdlib.h>; constants of Linux
// on x86-64 and arm64.
import { load, type Pointer } from '../koffi.js';

const libc = load('libc.so.6');

export const PR_SET_PDEATHSIG = 1;
export const SIGKILL = 9;
export const AF_UNIX = 1;
export const SOCK_STREAM = 1;
export const SOCK_CLOEXEC = 0o2000000;

export const MFD_CLOEXEC = 1;
export const MFD_ALLOW_SEALING = 2;
export const F_ADD_SEALS = 1033;
export const F_SEAL_SEAL = 1;
export const F_SEAL_SHRINK = 2;
export const F_SEAL_GROW = 4;
export const PROT_READ = 1;
export const PROT_WRITE = 2;
export const MAP_SHARED = 1;
/** What `mmap` gives when it fails: (void *) -1. */
export const MAP_FAILED = 0xffff_ffff_ffff_ffffn;
export const POLLIN = 1;

export const prctl: (option: number, argument: number) => number = libc.func(
  'int prctl(int option, unsigned long argument)',
);

export const socket: (domain: number, type: number, protocol: number) => number = libc.func(
  'int socket(int domain, int type, int protocol)',
);

/** `address` is a `struct sockaddr_un`. */
export const connect: (fd: number, address: Buffer, length: number) => number = libc.func(
  'int connect(int fd, const uint8_t *address, uint32_t length)',
);

export const close: (fd: number) => number = libc.func('int close(int fd)');

export const free: (memory: Pointer) => void = libc.func('void free(void *memory)');

export const memfdCreate: (name: string, flags: number) => number = libc.func(
  'int memfd_create(const char *name, unsigned int flags)',
);
export const ftruncate: (fd: number, length: number) => number = libc.func(
  'int ftruncate(int fd, int64_t length)',
);
export const fcntl: (fd: number, command: number, argument: number) => number = libc.func(
  'int fcntl(int fd, int command, int argument)',
);
export const mmap: (
  address: Pointer,
  length: number,
  protection: number,
  flags: number,
  fd: number,
  offset: number,
) => Pointer = libc.func(
  'void *mmap(void *address, size_t length, int protection, int flags, int fd, int64_t offset)',
);
export const munmap: (address: Pointer, length: number) => number = libc.func(
  'int munmap(void *address, size_t length)',
);

/** `fds` holds `count` times a `struct pollfd` and must live until `done` is called; blocks a thread of the pool, not ours. */
export const poll: {
  async(
    fds: Buffer,
    count: number,
    timeout: number,
    done: (error: Error | null, ready: number) => void,
  ): void;
} = libc.func('int poll(uint8_t *fds, unsigned long count, int timeout)');
