// Source: <sys/prctl.h>, <sys/socket.h>, <sys/un.h>, <unistd.h>, <stdlib.h>; constants of Linux on x86-64 and arm64.
import { load, type Pointer } from '../koffi.js';

const libc = load('libc.so.6');

export const PR_SET_PDEATHSIG = 1;
export const SIGKILL = 9;
export const AF_UNIX = 1;
export const SOCK_STREAM = 1;
export const SOCK_CLOEXEC = 0o2000000;

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
