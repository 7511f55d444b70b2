/**
 * Every HTTP operation, once. Fastify mounts it, the client's types are mapped from it, OpenAPI is generated from it.
 * `body: 'bytes'` and `reply: 'bytes'` stream raw bytes. A reply of `null` is 204.
 */
import { z } from 'zod';
import { LogEvent } from './event.ts';
import { CreatedToken, CreateToken, type Role, Session, Token } from './identity.ts';
import { CheckpointId, ExecId, SandboxId, Seq, TerminalId, TokenId } from './ids.ts';
import {
  Exec,
  FileEntry,
  OpenTerminal,
  PortInfo,
  ProcessInfo,
  Signal,
  StartExec,
  Terminal,
  UpdateTerminal,
} from './machine.ts';
import { Checkpoint, CreateCheckpoint, CreateSandbox, Sandbox, SandboxPhase, Stats, UpdateSandbox } from './sandbox.ts';
import { Health, System } from './system.ts';
import { SandboxPath } from './text.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Route {
  readonly method: Method;
  /** Fastify style: `:name` is a parameter. */
  readonly path: string;
  readonly summary: string;
  /** OpenAPI group. */
  readonly noun: string;
  /** Least role; null = no token needed. */
  readonly role: Role | null;
  /** True when a program may repeat it after a lost reply without doing it twice. GET, PUT and DELETE are by themselves. */
  readonly repeatable?: boolean;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType | 'bytes';
  readonly reply: z.ZodType | 'bytes' | null;
  /** Success status when not 200 (or 204 for null). */
  readonly status?: number;
}

const route = <const R extends Route>(definition: R): R => definition;

const bySandbox = z.object({ sandbox: SandboxId });
const byTerminal = z.object({ sandbox: SandboxId, terminal: TerminalId });
const byExec = z.object({ sandbox: SandboxId, exec: ExecId });
const byCheckpoint = z.object({ sandbox: SandboxId, checkpoint: CheckpointId });
const boolean = z.enum(['true', 'false']).transform((value) => value === 'true');
const list = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().nullable().describe('give as `after` for the next page') });
const page = { limit: z.coerce.number().int().min(1).max(1000).default(100), after: z.string().max(64).optional() };
const pathQuery = z.object({ path: SandboxPath });

export const routes = {
  health: route({
    method: 'GET',
    path: '/v1/health',
    noun: 'system',
    role: null,
    summary: 'Is the server alive',
    reply: Health,
  }),
  ready: route({
    method: 'GET',
    path: '/v1/ready',
    noun: 'system',
    role: null,
    summary: 'Is it ready for work (503 while starting or stopping)',
    reply: Health,
  }),
  system: route({
    method: 'GET',
    path: '/v1/system',
    noun: 'system',
    role: 'viewer',
    summary: 'Level, probes, images, limits',
    reply: System,
  }),

  openSession: route({
    method: 'POST',
    path: '/v1/session',
    noun: 'identity',
    role: null,
    summary: 'Trade a token for an http-only cookie',
    body: z.object({ secret: z.string().min(1).max(256) }).strict(),
    reply: Session,
  }),
  session: route({
    method: 'GET',
    path: '/v1/session',
    noun: 'identity',
    role: 'viewer',
    summary: 'Who am I',
    reply: Session,
  }),
  closeSession: route({
    method: 'DELETE',
    path: '/v1/session',
    noun: 'identity',
    role: null,
    summary: 'Forget the cookie',
    reply: null,
  }),
  tokens: route({
    method: 'GET',
    path: '/v1/tokens',
    noun: 'identity',
    role: 'admin',
    summary: 'List tokens',
    reply: list(Token),
  }),
  createToken: route({
    method: 'POST',
    path: '/v1/tokens',
    noun: 'identity',
    role: 'admin',
    summary: 'Make a token; its secret is shown once',
    body: CreateToken,
    reply: CreatedToken,
    status: 201,
  }),
  removeToken: route({
    method: 'DELETE',
    path: '/v1/tokens/:token',
    noun: 'identity',
    role: 'admin',
    summary: 'Revoke a token; its streams end',
    params: z.object({ token: TokenId }),
    reply: null,
  }),

  sandboxes: route({
    method: 'GET',
    path: '/v1/sandboxes',
    noun: 'sandboxes',
    role: 'viewer',
    summary: 'List sandboxes, newest first',
    query: z.object({
      ...page,
      phase: SandboxPhase.optional(),
      label: z.string().max(320).optional().describe('key=value'),
      ended: boolean.optional().describe('also dead and failed ones'),
    }),
    reply: list(Sandbox),
  }),
  createSandbox: route({
    method: 'POST',
    path: '/v1/sandboxes',
    noun: 'sandboxes',
    role: 'operator',
    summary: 'Create from an image or a checkpoint; replies when its first command could run',
    body: CreateSandbox,
    reply: Sandbox,
    status: 201,
  }),
  sandbox: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox',
    noun: 'sandboxes',
    role: 'viewer',
    summary: 'One sandbox',
    params: bySandbox,
    reply: Sandbox,
  }),
  updateSandbox: route({
    method: 'PATCH',
    path: '/v1/sandboxes/:sandbox',
    noun: 'sandboxes',
    role: 'operator',
    summary: 'Change name, labels, egress, time to live, idle policy',
    params: bySandbox,
    body: UpdateSandbox,
    reply: Sandbox,
    repeatable: true,
  }),
  killSandbox: route({
    method: 'DELETE',
    path: '/v1/sandboxes/:sandbox',
    noun: 'sandboxes',
    role: 'operator',
    summary: 'Kill; leaves no residue but the recording and the checkpoints',
    params: bySandbox,
    reply: Sandbox,
  }),
  freezeSandbox: route({
    method: 'POST',
    path: '/v1/sandboxes/:sandbox/freeze',
    noun: 'sandboxes',
    role: 'operator',
    summary: 'Every process stops where it stands',
    params: bySandbox,
    reply: Sandbox,
    repeatable: true,
  }),
  thawSandbox: route({
    method: 'POST',
    path: '/v1/sandboxes/:sandbox/thaw',
    noun: 'sandboxes',
    role: 'operator',
    summary: 'They go on',
    params: bySandbox,
    reply: Sandbox,
    repeatable: true,
  }),
  stats: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/stats',
    noun: 'sandboxes',
    role: 'viewer',
    summary: 'Cpu, memory, disk, network now',
    params: bySandbox,
    reply: Stats,
  }),
  events: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/events',
    noun: 'sandboxes',
    role: 'viewer',
    summary: 'Events of the log',
    params: bySandbox,
    query: z.object({
      from: z.coerce.number().int().min(0).default(0).describe('first seq wanted'),
      limit: z.coerce.number().int().min(1).max(5000).default(500),
    }),
    reply: z.object({ items: z.array(LogEvent), lastSeq: Seq }),
  }),

  checkpoints: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/checkpoints',
    noun: 'checkpoints',
    role: 'viewer',
    summary: 'Restore points of a sandbox',
    params: bySandbox,
    reply: list(Checkpoint),
  }),
  createCheckpoint: route({
    method: 'POST',
    path: '/v1/sandboxes/:sandbox/checkpoints',
    noun: 'checkpoints',
    role: 'operator',
    summary: 'Make a restore point; the sandbox goes on',
    params: bySandbox,
    body: CreateCheckpoint,
    reply: Checkpoint,
    status: 201,
  }),
  restoreCheckpoint: route({
    method: 'POST',
    path: '/v1/sandboxes/:sandbox/checkpoints/:checkpoint/restore',
    noun: 'checkpoints',
    role: 'operator',
    summary: 'Put the sandbox back to it',
    params: byCheckpoint,
    reply: Sandbox,
  }),
  removeCheckpoint: route({
    method: 'DELETE',
    path: '/v1/sandboxes/:sandbox/checkpoints/:checkpoint',
    noun: 'checkpoints',
    role: 'operator',
    summary: 'Remove a restore point',
    params: byCheckpoint,
    reply: null,
  }),

  terminals: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/terminals',
    noun: 'terminals',
    role: 'viewer',
    summary: 'List terminals',
    params: bySandbox,
    reply: list(Terminal),
  }),
  openTerminal: route({
    method: 'POST',
    path: '/v1/sandboxes/:sandbox/terminals',
    noun: 'terminals',
    role: 'operator',
    summary: 'Open a terminal; it outlives viewers and server restarts',
    params: bySandbox,
    body: OpenTerminal,
    reply: Terminal,
    status: 201,
  }),
  updateTerminal: route({
    method: 'PATCH',
    path: '/v1/sandboxes/:sandbox/terminals/:terminal',
    noun: 'terminals',
    role: 'operator',
    summary: 'Rename or resize',
    params: byTerminal,
    body: UpdateTerminal,
    reply: Terminal,
    repeatable: true,
  }),
  closeTerminal: route({
    method: 'DELETE',
    path: '/v1/sandboxes/:sandbox/terminals/:terminal',
    noun: 'terminals',
    role: 'operator',
    summary: 'Hang up',
    params: byTerminal,
    reply: null,
  }),

  startExec: route({
    method: 'POST',
    path: '/v1/sandboxes/:sandbox/execs',
    noun: 'execs',
    role: 'operator',
    summary: 'Run a command',
    params: bySandbox,
    body: StartExec,
    reply: Exec,
    status: 201,
  }),
  exec: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/execs/:exec',
    noun: 'execs',
    role: 'viewer',
    summary: 'One command',
    params: byExec,
    reply: Exec,
  }),
  signalExec: route({
    method: 'POST',
    path: '/v1/sandboxes/:sandbox/execs/:exec/signal',
    noun: 'execs',
    role: 'operator',
    summary: 'Signal its process group',
    params: byExec,
    body: z.object({ signal: Signal }).strict(),
    reply: null,
  }),

  files: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/files',
    noun: 'files',
    role: 'viewer',
    summary: 'List a directory (names sorted, directories first)',
    params: bySandbox,
    query: z.object({ path: SandboxPath, limit: z.coerce.number().int().min(1).max(100_000).default(10_000) }),
    reply: z.object({ path: z.string(), items: z.array(FileEntry), truncated: z.boolean() }),
  }),
  stat: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/files/stat',
    noun: 'files',
    role: 'viewer',
    summary: 'One file or directory',
    params: bySandbox,
    query: pathQuery,
    reply: FileEntry,
  }),
  readFile: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/files/content',
    noun: 'files',
    role: 'viewer',
    summary: 'Bytes of a file; `Range` honoured; ETag is its version. Served as an attachment with no sniffing',
    params: bySandbox,
    query: z.object({
      path: SandboxPath,
      text: boolean.optional().describe('fail with notText unless it is UTF-8 without NUL'),
    }),
    reply: 'bytes',
  }),
  writeFile: route({
    method: 'PUT',
    path: '/v1/sandboxes/:sandbox/files/content',
    noun: 'files',
    role: 'operator',
    summary:
      'Write a file whole, atomically. `expectedVersion` (or If-Match) guards against changes underneath; `none` = must not exist',
    params: bySandbox,
    query: z.object({
      path: SandboxPath,
      expectedVersion: z.string().max(128).optional(),
      mode: z
        .string()
        .regex(/^[0-7]{3,4}$/)
        .optional(),
      parents: boolean.optional().describe('create missing directories'),
    }),
    body: 'bytes',
    reply: FileEntry,
  }),
  makeDirectory: route({
    method: 'POST',
    path: '/v1/sandboxes/:sandbox/files/directories',
    noun: 'files',
    role: 'operator',
    summary: 'Make a directory and its parents',
    params: bySandbox,
    body: z.object({ path: SandboxPath }).strict(),
    reply: FileEntry,
    status: 201,
    repeatable: true,
  }),
  moveFile: route({
    method: 'POST',
    path: '/v1/sandboxes/:sandbox/files/move',
    noun: 'files',
    role: 'operator',
    summary: 'Move or rename; refuses to overwrite unless told',
    params: bySandbox,
    body: z.object({ from: SandboxPath, to: SandboxPath, overwrite: z.boolean().optional() }).strict(),
    reply: FileEntry,
  }),
  removeFile: route({
    method: 'DELETE',
    path: '/v1/sandboxes/:sandbox/files',
    noun: 'files',
    role: 'operator',
    summary: 'Remove a file, or a directory when `recursive`',
    params: bySandbox,
    query: z.object({ path: SandboxPath, recursive: boolean.optional() }),
    reply: null,
  }),
  downloadArchive: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/files/archive',
    noun: 'files',
    role: 'viewer',
    summary: 'A folder as a tar stream',
    params: bySandbox,
    query: pathQuery,
    reply: 'bytes',
  }),
  uploadArchive: route({
    method: 'PUT',
    path: '/v1/sandboxes/:sandbox/files/archive',
    noun: 'files',
    role: 'operator',
    summary: 'Unpack a tar stream into a folder',
    params: bySandbox,
    query: pathQuery,
    body: 'bytes',
    reply: FileEntry,
  }),

  processes: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/processes',
    noun: 'processes',
    role: 'viewer',
    summary: 'Running processes',
    params: bySandbox,
    reply: list(ProcessInfo),
  }),
  signalProcess: route({
    method: 'POST',
    path: '/v1/sandboxes/:sandbox/processes/:pid/signal',
    noun: 'processes',
    role: 'operator',
    summary: 'Signal one process',
    params: z.object({ sandbox: SandboxId, pid: z.coerce.number().int().min(2).max(4_194_304) }),
    body: z.object({ signal: Signal }).strict(),
    reply: null,
  }),
  ports: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/ports',
    noun: 'ports',
    role: 'viewer',
    summary: 'Listening ports',
    params: bySandbox,
    reply: list(PortInfo),
  }),
  openPort: route({
    method: 'POST',
    path: '/v1/sandboxes/:sandbox/ports/:port/preview',
    noun: 'ports',
    role: 'operator',
    summary: 'A URL that opens this port on its own origin; its ticket is used once and soon',
    params: z.object({ sandbox: SandboxId, port: z.coerce.number().int().min(1).max(65_535) }),
    reply: z.object({ url: z.string(), expiresAtMs: z.number() }),
  }),
  screenshot: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/screen/image',
    noun: 'screen',
    role: 'viewer',
    summary: 'The screen now, as PNG',
    params: bySandbox,
    reply: 'bytes',
  }),
} as const satisfies Record<string, Route>;

export type Routes = typeof routes;
export type RouteName = keyof Routes;

type In<T> = T extends z.ZodType ? z.input<T> : undefined;
type Out<T> = T extends z.ZodType ? z.output<T> : T extends 'bytes' ? Uint8Array : undefined;
type Field<R, K extends string> = K extends keyof R ? R[K] : undefined;

/** What a caller gives. */
export type RouteParams<N extends RouteName> = In<Field<Routes[N], 'params'>>;
export type RouteQuery<N extends RouteName> = In<Field<Routes[N], 'query'>>;
export type RouteBody<N extends RouteName> =
  Field<Routes[N], 'body'> extends 'bytes'
    ? Uint8Array | ReadableStream<Uint8Array> | Blob | string
    : In<Field<Routes[N], 'body'>>;
export type RouteReply<N extends RouteName> = Routes[N]['reply'] extends null ? undefined : Out<Routes[N]['reply']>;
