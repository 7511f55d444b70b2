/** What a program in a sandbox may not do, one list for runc's configuration and for the filter of the level without root. */

/** What root inside may do, and only over things of its own user namespace. No NET_ADMIN, NET_RAW, SYS_ADMIN. */
const ALLOWED = {
  CHOWN: 0,
  DAC_OVERRIDE: 1,
  FOWNER: 3,
  FSETID: 4,
  KILL: 5,
  SETGID: 6,
  SETUID: 7,
  SETPCAP: 8,
  NET_BIND_SERVICE: 10,
  SYS_CHROOT: 18,
  MKNOD: 27,
  AUDIT_WRITE: 29,
  SETFCAP: 31,
};
export const CAPABILITIES: readonly string[] = Object.keys(ALLOWED).map((name) => `CAP_${name}`);
export const CAPABILITY_NUMBERS: readonly number[] = Object.values(ALLOWED);

const ARM = process.arch === 'arm64';

/**
 * Ways into the kernel that no program of a workbench needs, with their numbers on x86-64 and arm64. io_uring is among
 * them because it opens sockets past any filter.
 */
const DENIED: Readonly<Record<string, readonly [number, number]>> = {
  acct: [163, 89],
  add_key: [248, 217],
  bpf: [321, 280],
  delete_module: [176, 106],
  finit_module: [313, 273],
  fsmount: [432, 432],
  fsopen: [430, 430],
  init_module: [175, 105],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  io_uring_setup: [425, 425],
  kexec_file_load: [320, 294],
  kexec_load: [246, 104],
  keyctl: [250, 219],
  lookup_dcookie: [212, 18],
  mount_setattr: [442, 442],
  move_mount: [429, 429],
  move_pages: [279, 239],
  open_by_handle_at: [304, 265],
  open_tree: [428, 428],
  perf_event_open: [298, 241],
  quotactl: [179, 60],
  quotactl_fd: [443, 443],
  reboot: [169, 142],
  request_key: [249, 218],
  settimeofday: [164, 170],
  swapoff: [168, 225],
  swapon: [167, 224],
  userfaultfd: [323, 282],
  vhangup: [153, 58],
};
export const DENIED_CALLS: readonly string[] = Object.keys(DENIED);

/**
 * Requests to btrfs by which anyone may make, delete or seal a subvolume where they may write: what lay in one of its own would
 * count against no disk limit, and outlive its sandbox. By type and number, the lower half of a request; clones of files stay.
 */
export const DENIED_REQUESTS: readonly number[] = [
  0x9401, // snapshot
  0x940e, // create
  0x940f, // delete
  0x9417, // snapshot, version 2
  0x9418, // create, version 2
  0x941a, // flags: read-only
  0x943f, // delete, version 2
];
export const REQUEST_MASK = 0xffff;

export const EPERM = 1;
export const ENOSYS = 38;
export const EAFNOSUPPORT = 97;
export const CLONE_NEWUSER = 0x10000000;
/** UNIX, INET, INET6, NETLINK. Above all not VSOCK, which no network namespace contains. */
export const SOCKET_FAMILIES: readonly number[] = [1, 2, 10, 16];

const LOAD = 0x20;
const IF_EQUAL = 0x15;
const IF_AT_LEAST = 0x35;
const IF_ANY_BIT = 0x45;
const AND = 0x54;
const RETURN = 0x06;
const ALLOW = 0x7fff0000;
const error = (errno: number): number => 0x00050000 + errno;
const CALL = 0;
const ARCHITECTURE = 4;
/** Low half of the first argument. */
const FIRST_ARGUMENT = 16;
const SECOND_ARGUMENT = 24;
const NATIVE = ARM ? 0xc00000b7 : 0xc000003e;
/** The x32 call table hides behind the same architecture. */
const X32 = 0x40000000;

type Step = readonly [code: number, value: number, ifTrue?: number, ifFalse?: number];

/** The same rules as a program for the kernel's filter: 8 bytes a step. */
export function filterProgram(): Buffer {
  const number = ([x64, arm]: readonly [number, number]) => (ARM ? arm : x64);
  // `when(call, steps)` runs them only for this call.
  const when = (call: number, steps: readonly Step[]): Step[] => [[IF_EQUAL, call, 0, steps.length], ...steps];
  const steps: Step[] = [
    [LOAD, ARCHITECTURE],
    [IF_EQUAL, NATIVE, 1, 0],
    [RETURN, error(ENOSYS)],
    [LOAD, CALL],
    ...(ARM
      ? []
      : ([
          [IF_AT_LEAST, X32, 0, 1],
          [RETURN, error(ENOSYS)],
        ] as const)),
    ...Object.values(DENIED).flatMap((numbers) => when(number(numbers), [[RETURN, error(EPERM)]])),
    // Its flags lie in memory, out of the filter's sight; the C library then takes clone.
    ...when(435, [[RETURN, error(ENOSYS)]]),
    ...when(number([41, 198]), [
      [LOAD, FIRST_ARGUMENT],
      ...SOCKET_FAMILIES.map((family, index): Step => [IF_EQUAL, family, SOCKET_FAMILIES.length - index, 0]),
      [RETURN, error(EAFNOSUPPORT)],
      [RETURN, ALLOW],
    ]),
    ...[number([56, 220]), number([272, 97])].flatMap((call) =>
      when(call, [
        [LOAD, FIRST_ARGUMENT],
        [IF_ANY_BIT, CLONE_NEWUSER, 0, 1],
        [RETURN, error(EPERM)],
        [RETURN, ALLOW],
      ]),
    ),
    ...when(number([16, 29]), [
      [LOAD, SECOND_ARGUMENT],
      [AND, REQUEST_MASK],
      ...DENIED_REQUESTS.map((request, index): Step => [IF_EQUAL, request, DENIED_REQUESTS.length - index, 0]),
      [RETURN, ALLOW],
      [RETURN, error(EPERM)],
    ]),
    [RETURN, ALLOW],
  ];
  const program = Buffer.alloc(steps.length * 8);
  steps.forEach(([code, value, ifTrue = 0, ifFalse = 0], index) => {
    program.writeUInt16LE(code, index * 8);
    program[index * 8 + 2] = ifTrue;
    program[index * 8 + 3] = ifFalse;
    program.writeUInt32LE(value, index * 8 + 4);
  });
  return program;
}
