/** What the stub services tell of: a room with two sandboxes, a terminal and a command. */
import {
  type Exec,
  ExecId,
  type FileEntry,
  openGate,
  type Sandbox,
  SandboxId,
  type Stats,
  type Terminal,
  TerminalId,
} from '@sandglass/protocol';

export const sandboxA = SandboxId.parse('sbx_aaaa');
export const sandboxB = SandboxId.parse('sbx_bbbb');
export const terminalA = TerminalId.parse('trm_aaaa');
export const execA = ExecId.parse('exe_aaaa');

export const shell: Terminal = {
  id: terminalA,
  sandbox: sandboxA,
  name: 'shell',
  owner: 'agent',
  columns: 80,
  rows: 24,
  createdAtMs: 1,
  exit: null,
  bytes: 0,
};

export const running: Exec = {
  id: execA,
  sandbox: sandboxA,
  command: ['true'],
  cwd: null,
  user: 'user',
  actor: 'agent',
  startedAtMs: 1,
  durationMs: null,
  exit: null,
  timedOut: false,
  seq: 1,
  stdout: null,
  stderr: null,
  truncated: false,
  error: null,
};

const limits = { cpus: 1, memoryMb: 512, diskMb: 1024, pids: 256 };
const capabilities = {
  isolation: 'container',
  freeze: 'memory',
  checkpoint: { files: 'instant', memory: false },
  terminals: 'persistent',
  screen: 'rfb',
  egress: 'enforced',
  limits: { cpu: true, memory: true, pids: true, disk: true },
  tracking: 'fanotify',
} as const;

export function makeSandbox(id: SandboxId): Sandbox {
  return {
    id,
    name: id,
    labels: {},
    driver: 'stub',
    level: 'L0',
    image: 'base',
    phase: 'running',
    asked: null,
    reason: null,
    capabilities,
    limits,
    egress: { allow: [] },
    environment: {},
    secretNames: [],
    capture: { phase: 'on' },
    keep: {},
    screen: null,
    parent: null,
    createdAtMs: 1,
    endedAtMs: null,
    expiresAtMs: null,
    idle: null,
    gate: openGate,
    lastSeq: 0,
  };
}

export function makeEntry(path: string, content: Buffer): FileEntry {
  return {
    name: path.split('/').at(-1) ?? path,
    path,
    kind: 'file',
    sizeBytes: content.length,
    mode: 0o644,
    user: 'user',
    group: 'user',
    modifiedAtMs: 1_700_000_000_000,
    version: `v${content.length}`,
    target: null,
    targetKind: null,
  };
}

export function makeStats(): Stats {
  return {
    atMs: 1,
    cpuUsec: 1,
    cpus: 1,
    memoryBytes: 1,
    memoryLimitBytes: null,
    diskBytes: 1,
    diskLimitBytes: null,
    pids: 1,
    network: { receivedBytes: 0, sentBytes: 0 },
  };
}

export const systemFacts = {
  version: '0',
  driver: 'stub',
  level: 'L0',
  levelReason: 'a test',
  capabilities,
  probes: [],
  images: [],
  host: { cpus: 2, memoryMb: 1024, diskFreeMb: 1024 },
  privilege: { serverUid: 1000, separated: true, detail: '' },
  startedAtMs: 1,
};
