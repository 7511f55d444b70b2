/**
 * First program of a sandbox without root, already inside its new namespaces: furnishes them, leaves the host's tree for good,
 * gives up what it may do, and becomes the sandbox's first process. Nothing of the sandbox's own tree is run before that.
 * Says `ready`, or what failed, on descriptor 3.
 */
import { existsSync, mkdirSync, openSync, readFileSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import koffi from 'koffi';
import { CAPABILITY_NUMBERS, filterProgram } from './confinement.ts';

export interface InitSpec {
  readonly root: string;
  readonly overlay: string | null;
  readonly hostname: string;
  readonly binds: readonly { readonly from: string; readonly to: string }[];
  readonly pids: number;
  readonly args: readonly string[];
  readonly env: readonly string[];
}

const libc = koffi.load('libc.so.6');
const callMount = libc.func(
  'int mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data)',
);
const umount2 = libc.func('int umount2(const char *target, int flags)');
const syscall2 = libc.func('long syscall(long number, const char *a, const char *b)');
const prctl = libc.func('int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)');
const prctlPointer = libc.func('prctl', 'int', ['int', 'unsigned long', 'void *']);
const sethostname = libc.func('int sethostname(const char *name, size_t length)');
const setrlimit = libc.func('int setrlimit(int resource, void *limit)');
const socket = libc.func('int socket(int family, int type, int protocol)');
const ioctl = libc.func('int ioctl(int fd, unsigned long request, void *argument)');
const dup2 = libc.func('int dup2(int from, int to)');
const fcntl = libc.func('int fcntl(int fd, int command, int argument)');
const execve = libc.func('int execve(const char *path, const char **args, const char **environment)');

const MS_RDONLY = 1;
const MS_NOSUID = 2;
const MS_NODEV = 4;
const MS_NOEXEC = 8;
const MS_REMOUNT = 32;
const MS_BIND = 4_096;
const MS_REC = 16_384;
const MNT_DETACH = 2;
const PR_CAPBSET_DROP = 24;
const PR_SET_SECCOMP = 22;
const RLIMIT_NPROC = 6;
const SIOCSIFFLAGS = 0x8914;
const PIVOT_ROOT = process.arch === 'arm64' ? 41 : 155;

function must(what: string, result: number | bigint): void {
  if (Number(result) < 0) throw new Error(`${what}: errno ${koffi.errno()}`);
}

function mount(source: string, target: string, type: string | null, flags: number, data: string | null = null): void {
  must(`mount ${target}`, callMount(source, target, type, flags, data));
}

function furnish({ root, overlay, hostname, binds }: InitSpec): void {
  if (overlay) mount('overlay', root, 'overlay', 0, overlay);
  // Only a mount point can become the root.
  else mount(root, root, null, MS_BIND | MS_REC);
  const quiet = MS_NOSUID | MS_NOEXEC | MS_NODEV;
  mount('proc', `${root}/proc`, 'proc', quiet);
  mount('sysfs', `${root}/sys`, 'sysfs', quiet | MS_RDONLY);
  const dev = `${root}/dev`;
  mount('tmpfs', dev, 'tmpfs', MS_NOSUID, 'mode=755,size=64k');
  for (const name of ['null', 'zero', 'full', 'random', 'urandom', 'tty']) {
    writeFileSync(`${dev}/${name}`, '');
    mount(`/dev/${name}`, `${dev}/${name}`, null, MS_BIND);
  }
  for (const name of ['pts', 'shm', 'mqueue']) mkdirSync(`${dev}/${name}`);
  mount('devpts', `${dev}/pts`, 'devpts', MS_NOSUID | MS_NOEXEC, 'newinstance,ptmxmode=0666,mode=0620,gid=5');
  mount('shm', `${dev}/shm`, 'tmpfs', quiet, 'mode=1777,size=512m');
  mount('mqueue', `${dev}/mqueue`, 'mqueue', quiet);
  for (const [name, target] of [
    ['ptmx', 'pts/ptmx'],
    ['fd', '/proc/self/fd'],
    ['stdin', '/proc/self/fd/0'],
    ['stdout', '/proc/self/fd/1'],
    ['stderr', '/proc/self/fd/2'],
  ] as const)
    symlinkSync(target, `${dev}/${name}`);
  for (const { from, to } of binds) {
    mount(from, `${root}${to}`, null, MS_BIND);
    mount('none', `${root}${to}`, null, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV);
  }
  must('hostname', sethostname(hostname, Buffer.byteLength(hostname)));
  const loopback = Buffer.alloc(40);
  loopback.write('lo');
  loopback.writeInt16LE(0x41, 16);
  must('loopback up', ioctl(socket(2, 2, 0), SIOCSIFFLAGS, loopback));
}

/** The old root is put over the new one and taken off: nothing of the host is left to climb to. */
function leaveHost(root: string): void {
  process.chdir(root);
  must('pivot_root', syscall2(PIVOT_ROOT, '.', '.'));
  must('leave the host', umount2('.', MNT_DETACH));
  process.chdir('/');
}

function confine(pids: number): void {
  const limit = Buffer.alloc(16);
  limit.writeBigUInt64LE(BigInt(pids), 0);
  limit.writeBigUInt64LE(BigInt(pids), 8);
  must('limit processes', setrlimit(RLIMIT_NPROC, limit));
  const program = filterProgram();
  const holder = Buffer.alloc(16);
  holder.writeUInt16LE(program.length / 8, 0);
  holder.writeBigUInt64LE(koffi.address(program) as bigint, 8);
  must('filter', prctlPointer(PR_SET_SECCOMP, 2, holder));
  for (let capability = 0; capability < 64; capability++)
    // EINVAL: the kernel has no more of them.
    if (!CAPABILITY_NUMBERS.includes(capability) && prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0) break;
}

function main(): void {
  const spec = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as InitSpec;
  must('keep the report', fcntl(3, 2, 1));
  furnish(spec);
  leaveHost(spec.root);
  const reaper = existsSync('/usr/bin/tini') && spec.args[0] !== '/usr/bin/tini' ? ['/usr/bin/tini', '-s', '--'] : [];
  const args = [...reaper, ...spec.args];
  if (!existsSync(args[0]!)) throw new Error(`${args[0]} is not in the image`);
  confine(spec.pids);
  writeSync(3, 'ready\n');
  // Node has marked its own three to be closed here, and tini takes no program without them.
  const nothing = openSync('/dev/null', 'r+');
  for (const descriptor of [0, 1, 2]) must('open a standard stream', dup2(nothing, descriptor));
  must('start', execve(args[0]!, [...args, null], [...spec.env, null]));
}

try {
  main();
} catch (error) {
  writeSync(3, `${(error as Error).message}\n`);
  process.exit(1);
}
