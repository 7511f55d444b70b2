/** The few system calls Node does not have, through koffi. All of them are short; the slow ones run on koffi's worker threads. */
import koffi from 'koffi';

const libc = koffi.load('libc.so.6');
const syscall4 = libc.func('long syscall(long number, long a, long b, long c, long d)');
const setns = libc.func('int setns(int fd, int kind)');
const socket = libc.func('int socket(int family, int type, int protocol)');
const bind = libc.func('int bind(int fd, void *address, uint32_t length)');
const listen = libc.func('int listen(int fd, int backlog)');
const connect = libc.func('int connect(int fd, void *address, uint32_t length)');
const setsockopt = libc.func('int setsockopt(int fd, int level, int name, void *value, uint32_t length)');
const getsockopt = libc.func('int getsockopt(int fd, int level, int name, void *value, void *length)');
const poll = libc.func('int poll(void *fds, unsigned long count, int timeoutMs)');
const sethostname = libc.func('int sethostname(const char *name, size_t length)');
const close = libc.func('int close(int fd)');
const ioctl = libc.func('int ioctl(int fd, unsigned long request, void *argument)');

/** Errors of Linux that callers branch on; the numbers are the same on every architecture Node runs on. */
const NAMES: Record<number, string> = {
  1: 'EPERM',
  2: 'ENOENT',
  3: 'ESRCH',
  12: 'ENOMEM',
  16: 'EBUSY',
  17: 'EEXIST',
  18: 'EXDEV',
  22: 'EINVAL',
  25: 'ENOTTY',
  28: 'ENOSPC',
  39: 'ENOTEMPTY',
  95: 'EOPNOTSUPP',
  98: 'EADDRINUSE',
  111: 'ECONNREFUSED',
  115: 'EINPROGRESS',
  122: 'EDQUOT',
};

function failure(what: string, errno = koffi.errno()): NodeJS.ErrnoException {
  const code = NAMES[errno] ?? `errno ${errno}`;
  return Object.assign(new Error(`${what}: ${code}`), { code, errno });
}

function checked(what: string, result: number): number {
  if (result < 0) throw failure(what);
  return result;
}

export const closeFd = (fd: number): void => {
  close(fd);
};

/** A handle on a process that can never come to mean another one. Throws ESRCH when it has gone. */
export const openPidfd = (pid: number): number => checked('pidfd_open', Number(syscall4(434, pid, 0, 0, 0)));

/** Sends SIGKILL; a process that has already ended is no error. */
export function killPidfd(pidfd: number): void {
  if (Number(syscall4(424, pidfd, 9, 0, 0)) < 0 && koffi.errno() !== 3) throw failure('pidfd_send_signal');
}

const POLLIN = 1;
const POLLOUT = 4;

/** Which of these descriptors are readable (for a pidfd: ended) right now. One system call, does not wait. */
export function readableNow(fds: readonly number[]): number[] {
  if (fds.length === 0) return [];
  const table = Buffer.alloc(fds.length * 8);
  fds.forEach((fd, index) => {
    table.writeInt32LE(fd, index * 8);
    table.writeInt16LE(POLLIN, index * 8 + 4);
  });
  if (poll(table, fds.length, 0) <= 0) return [];
  return fds.filter((_, index) => table.readInt16LE(index * 8 + 6) !== 0);
}

/**
 * Runs `work` with this thread inside another namespace (network or names). `work` must be synchronous: sockets it makes
 * belong to that network for ever, while Node's other threads never leave the host's.
 */
export function insideNamespace<T>(target: number, home: number, work: () => T): T {
  checked('setns', setns(target, 0));
  try {
    return work();
  } finally {
    // Staying in a sandbox's network would let the next caller's sockets be made there: better to end.
    if (setns(home, 0) < 0) process.abort();
  }
}

export function setHostname(name: string): void {
  checked('sethostname', sethostname(name, Buffer.byteLength(name)));
}

const SIOCSIFFLAGS = 0x8914;
const UP_AND_RUNNING = 0x41;

/** Brings up `lo` of the network this thread is in. */
export function raiseLoopback(): void {
  const request = Buffer.alloc(40);
  request.write('lo');
  request.writeInt16LE(UP_AND_RUNNING, 16);
  const fd = checked('socket', socket(AF_INET, STREAM_NONBLOCK_CLOEXEC, 0));
  try {
    checked('raise lo', ioctl(fd, SIOCSIFFLAGS, request));
  } finally {
    close(fd);
  }
}

const AF_INET = 2;
const STREAM_NONBLOCK_CLOEXEC = 1 | 0o4000 | 0o2000000;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SO_ERROR = 4;

function loopback(port: number): Buffer {
  const address = Buffer.alloc(16);
  address.writeUInt16LE(AF_INET, 0);
  address.writeUInt16BE(port, 2);
  address.writeUInt32BE(0x7f000001, 4);
  return address;
}

/** A socket listening on 127.0.0.1:port of the namespace this thread is in. Throws EADDRINUSE. */
export function listenLoopback(port: number): number {
  const fd = checked('socket', socket(AF_INET, STREAM_NONBLOCK_CLOEXEC, 0));
  try {
    const one = Buffer.from(new Int32Array([1]).buffer);
    checked('setsockopt', setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, one, 4));
    checked(`bind to port ${port}`, bind(fd, loopback(port), 16));
    checked('listen', listen(fd, 511));
    return fd;
  } catch (error) {
    close(fd);
    throw error;
  }
}

/** A socket connected to 127.0.0.1:port; on loopback the answer is there at once, 200 ms is for a full backlog. Throws ECONNREFUSED. */
export function connectLoopback(port: number): number {
  const fd = checked('socket', socket(AF_INET, STREAM_NONBLOCK_CLOEXEC, 0));
  try {
    if (connect(fd, loopback(port), 16) === 0) return fd;
    if (koffi.errno() !== 115) throw failure(`connect to port ${port}`);
    const table = Buffer.alloc(8);
    table.writeInt32LE(fd, 0);
    table.writeInt16LE(POLLOUT, 4);
    if (poll(table, 1, 200) <= 0) throw failure(`connect to port ${port}`, 111);
    const error = Buffer.alloc(4);
    const length = Buffer.from(new Uint32Array([4]).buffer);
    checked('getsockopt', getsockopt(fd, SOL_SOCKET, SO_ERROR, error, length));
    if (error.readInt32LE(0) !== 0) throw failure(`connect to port ${port}`, error.readInt32LE(0));
    return fd;
  } catch (error) {
    close(fd);
    throw error;
  }
}

/** An ioctl on a worker thread: it may flush a disk. `argument` is both input and output. */
export function ioctlAside(what: string, fd: number, request: number, argument: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    // errno belongs to the thread of the call; koffi carries it over to the callback.
    ioctl.async(fd, request, argument, (problem: Error | null, result: number) => {
      if (problem) reject(problem);
      else if (result < 0) reject(failure(what));
      else resolve();
    });
  });
}
