/** The OCI configuration of a sandbox: which walls it has. Everything else about the container is runc's. */
import { cgroupPath } from './cgroup.ts';
import {
  CAPABILITIES,
  CLONE_NEWUSER,
  DENIED_CALLS,
  DENIED_REQUESTS,
  EAFNOSUPPORT,
  ENOSYS,
  EPERM,
  REQUEST_MASK,
  SOCKET_FAMILIES,
} from './confinement.ts';
import type { KeeperLimits } from './verbs.ts';

/** Host ids that stand for 0…65535 inside. Images are stored with them. */
export const SHIFT = 100_000;
const IDS = [{ containerID: 0, hostID: SHIFT, size: 65_536 }];

/** Every family there is but those that are allowed: the filter's language has no `other than`. */
const FOREIGN_FAMILIES = Array.from({ length: Math.max(...SOCKET_FAMILIES) }, (_, family) => family).filter(
  (family) => !SOCKET_FAMILIES.includes(family),
);

const deny = (names: readonly string[], errnoRet: number, args?: object[]) => ({
  names,
  action: 'SCMP_ACT_ERRNO',
  errnoRet,
  ...(args ? { args } : {}),
});

const SECCOMP = {
  defaultAction: 'SCMP_ACT_ALLOW',
  // Only the host's own call table: the 32-bit one has other doors (socketcall) past the rules below.
  architectures: [process.arch === 'arm64' ? 'SCMP_ARCH_AARCH64' : 'SCMP_ARCH_X86_64'],
  syscalls: [
    deny(DENIED_CALLS, EPERM),
    ...FOREIGN_FAMILIES.map((value) => deny(['socket'], EAFNOSUPPORT, [{ index: 0, value, op: 'SCMP_CMP_EQ' }])),
    deny(['socket'], EAFNOSUPPORT, [{ index: 0, value: Math.max(...SOCKET_FAMILIES), op: 'SCMP_CMP_GT' }]),
    // A user namespace of its own would give any process the kernel's network and mount code to play with.
    ...['clone', 'unshare'].map((name) =>
      deny([name], EPERM, [{ index: 0, value: CLONE_NEWUSER, valueTwo: CLONE_NEWUSER, op: 'SCMP_CMP_MASKED_EQ' }]),
    ),
    ...DENIED_REQUESTS.map((request) =>
      deny(['ioctl'], EPERM, [{ index: 1, value: REQUEST_MASK, valueTwo: request, op: 'SCMP_CMP_MASKED_EQ' }]),
    ),
    // Its flags lie in memory, out of the filter's sight; the C library then takes clone.
    deny(['clone3'], ENOSYS),
  ],
};

export interface BundleSpec {
  readonly id: string;
  readonly rootfs: string;
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly hostname: string;
  readonly limits: KeeperLimits;
  readonly binds: readonly { readonly from: string; readonly to: string }[];
  readonly annotations?: Readonly<Record<string, string>>;
}

export function ociConfig(spec: BundleSpec): object {
  const memory = spec.limits.memoryMb * 2 ** 20;
  // Its content outlives whoever wrote it: more than half of the memory would leave the guest none.
  const shm = Math.min(512, Math.floor(spec.limits.memoryMb / 2));
  const flags = ['nosuid', 'noexec', 'nodev'];
  return {
    ociVersion: '1.0.2',
    hostname: spec.hostname,
    annotations: spec.annotations ?? {},
    root: { path: spec.rootfs, readonly: false },
    process: {
      terminal: false,
      user: { uid: 0, gid: 0 },
      cwd: '/',
      args: spec.args,
      env: spec.env,
      // sudo works inside: it gains nothing that the bounding set and the user namespace do not allow.
      noNewPrivileges: false,
      capabilities: { bounding: CAPABILITIES, effective: CAPABILITIES, permitted: CAPABILITIES },
    },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc', options: flags },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755', 'size=64k'] },
      {
        destination: '/dev/pts',
        type: 'devpts',
        source: 'devpts',
        options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'],
      },
      { destination: '/dev/shm', type: 'tmpfs', source: 'shm', options: [...flags, 'mode=1777', `size=${shm}m`] },
      { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: flags },
      { destination: '/sys', type: 'sysfs', source: 'sysfs', options: [...flags, 'ro'] },
      ...spec.binds.map(({ from, to }) => ({
        destination: to,
        type: 'bind',
        source: from,
        options: ['bind', 'ro', 'nosuid', 'nodev'],
      })),
    ],
    linux: {
      namespaces: ['pid', 'ipc', 'uts', 'mount', 'cgroup', 'network', 'user'].map((type) => ({ type })),
      uidMappings: IDS,
      gidMappings: IDS,
      cgroupsPath: cgroupPath(spec.id),
      resources: {
        devices: [{ allow: false, access: 'rwm' }],
        cpu: { quota: Math.round(spec.limits.cpus * 100_000), period: 100_000 },
        memory: { limit: memory, swap: memory },
        pids: { limit: spec.limits.pids },
      },
      seccomp: SECCOMP,
      maskedPaths: [
        '/proc/acpi',
        '/proc/asound',
        '/proc/kcore',
        '/proc/keys',
        '/proc/latency_stats',
        '/proc/sched_debug',
        '/proc/scsi',
        '/proc/timer_list',
        '/proc/timer_stats',
        '/sys/firmware',
        '/sys/devices/virtual/powercap',
      ],
      readonlyPaths: ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'],
    },
  };
}
