import type { Exec, Sandbox, Terminal } from '@sandglass/protocol';

export const sandbox = {
  id: 'sbx_aaaaaaaa',
  name: 'demo',
  labels: {},
  driver: 'fake',
  level: 'L0',
  image: 'base',
  phase: 'running',
  asked: null,
  reason: null,
  capabilities: {
    isolation: 'process',
    freeze: 'none',
    checkpoint: { files: 'none', memory: false },
    terminals: 'persistent',
    screen: 'none',
    egress: 'none',
    limits: { cpu: false, memory: false, pids: false, disk: false },
    tracking: 'scan',
  },
  limits: { cpus: 1, memoryMb: 512, diskMb: 1024, pids: 64 },
  egress: { allow: [] },
  environment: {},
  screen: null,
  parent: null,
  createdAtMs: 1,
  endedAtMs: null,
  expiresAtMs: null,
  idle: null,
  lastSeq: 0,
} as unknown as Sandbox;

export const terminal = {
  id: 'trm_aaaaaaaa',
  sandbox: sandbox.id,
  name: 'shell',
  owner: 'agent',
  columns: 80,
  rows: 24,
  createdAtMs: 1,
  exit: null,
  bytes: 0,
} as unknown as Terminal;

export const exec = {
  id: 'exe_aaaaaaaa',
  sandbox: sandbox.id,
  command: ['bash', '-lc', 'true'],
  cwd: null,
  user: 'user',
  actor: 'agent',
  startedAtMs: 1,
  durationMs: 2,
  exit: { code: 0, signal: null },
  timedOut: false,
  seq: 1,
  stdout: null,
  stderr: null,
  truncated: false,
  error: null,
} as unknown as Exec;

export const problem = (code: string, status: number, detail: string) => ({
  type: `urn:sandglass:error:${code}`,
  title: code,
  status,
  code,
  detail,
  retryable: false,
});
