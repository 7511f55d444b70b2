/** What lives in a sandbox: terminals, execs, files, processes, ports. */
import { z } from 'zod';
import { ExecId, SandboxId, Seq, TerminalId, WallMs } from './ids.ts';
import { Environment, Label, SandboxPath } from './text.ts';

export const Actor = z.enum(['agent', 'person', 'system']).meta({ id: 'Actor' });
export type Actor = z.infer<typeof Actor>;

const Columns = z.number().int().min(2).max(1000);
const Rows = z.number().int().min(1).max(1000);
const User = z
  .string()
  .regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'a user name of the sandbox')
  .describe('default `user`');

export const Exit = z
  .object({ code: z.number().int().nullable(), signal: z.string().nullable() })
  .describe('code when it ended by itself, signal when it was ended')
  .meta({ id: 'Exit' });
export type Exit = z.infer<typeof Exit>;

export const Terminal = z
  .object({
    id: TerminalId,
    sandbox: SandboxId,
    name: z.string(),
    owner: Actor,
    columns: Columns,
    rows: Rows,
    createdAtMs: WallMs,
    exit: Exit.nullable(),
    pid: z.number().int().optional().describe('its first process, as the sandbox knows it'),
    bytes: z.number().describe('output bytes recorded so far'),
  })
  .meta({ id: 'Terminal' });
export type Terminal = z.infer<typeof Terminal>;

export const OpenTerminal = z
  .object({
    name: Label(60).optional(),
    owner: z
      .enum(['agent', 'person'])
      .optional()
      .describe('default: person for a browser session, agent for a program'),
    columns: Columns.default(80),
    rows: Rows.default(24),
    cwd: SandboxPath.optional(),
    environment: Environment.optional(),
    user: User.optional(),
    command: z.array(z.string().max(32_768)).min(1).max(256).optional().describe('default: the login shell'),
  })
  .strict()
  .meta({ id: 'OpenTerminal' });
export type OpenTerminal = z.input<typeof OpenTerminal>;
export const UpdateTerminal = z
  .object({ name: Label(60), columns: Columns, rows: Rows })
  .partial()
  .strict()
  .meta({ id: 'UpdateTerminal' });
export type UpdateTerminal = z.infer<typeof UpdateTerminal>;

export const Signal = z
  .enum(['SIGINT', 'SIGTERM', 'SIGKILL', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGSTOP', 'SIGCONT', 'SIGWINCH'])
  .meta({ id: 'Signal' });
export type Signal = z.infer<typeof Signal>;

export const StartExec = z
  .object({
    command: z
      .union([z.string().min(1).max(131_072), z.array(z.string().max(131_072)).min(1).max(1024)])
      .describe('a string runs as `bash -lc`; an array runs as it is'),
    cwd: SandboxPath.optional(),
    environment: Environment.optional(),
    user: User.optional(),
    timeoutMs: z
      .number()
      .int()
      .min(1)
      .max(86_400_000)
      .optional()
      .describe('SIGKILL to its process group after so long; default 10 minutes when waited for, else none'),
    stdin: z
      .union([z.boolean(), z.string().max(1_048_576)])
      .optional()
      .describe('true: a pipe fed through the stream; a string: given, then closed; default closed'),
    wait: z.boolean().default(true).describe('reply when it has ended, with its output'),
    maxOutputBytes: z
      .number()
      .int()
      .min(0)
      .max(16_777_216)
      .default(1_048_576)
      .describe('how much of each stream the reply carries (from its start); the log has it all'),
  })
  .strict()
  .meta({ id: 'StartExec' });
export type StartExec = z.input<typeof StartExec>;

export const Exec = z
  .object({
    id: ExecId,
    sandbox: SandboxId,
    command: z.array(z.string()),
    cwd: z.string().nullable(),
    user: z.string(),
    actor: Actor,
    pid: z.number().int().optional().describe('its first process, as the sandbox knows it'),
    startedAtMs: WallMs,
    durationMs: z.number().nullable(),
    exit: Exit.nullable(),
    timedOut: z.boolean(),
    seq: Seq.describe('position of the call in the log'),
    stdout: z.string().nullable().describe('only in a waited-for reply; invalid UTF-8 becomes U+FFFD'),
    stderr: z.string().nullable(),
    truncated: z.boolean(),
    error: z.string().nullable().describe('why it could not be started'),
  })
  .meta({ id: 'Exec' });
export type Exec = z.infer<typeof Exec>;

/** Opaque; changes whenever content or metadata changes. */
export const FileVersion = z.string().max(128).meta({ id: 'FileVersion' });
export const FileEntry = z
  .object({
    name: z.string(),
    path: z.string().describe('absolute'),
    kind: z.enum(['file', 'directory', 'symlink', 'other']),
    sizeBytes: z.number(),
    mode: z.number().int().describe('permission bits, e.g. 0o644'),
    user: z.string(),
    group: z.string(),
    modifiedAtMs: z.number(),
    version: FileVersion,
    target: z.string().nullable().describe('where a symlink points'),
    targetKind: z.enum(['file', 'directory', 'other', 'missing']).nullable(),
  })
  .meta({ id: 'FileEntry' });
export type FileEntry = z.infer<typeof FileEntry>;

/** A directory, or a page of a large one: directories first, then by name. */
export const FileListing = z
  .object({
    path: z.string().describe('absolute'),
    items: z.array(FileEntry),
    truncated: z.boolean().describe('there is more than was asked for'),
    next: z.string().nullable().default(null).describe('give as `after` for the next page'),
    total: z.number().int().nullable().default(null).describe('how many names the directory has'),
  })
  .meta({ id: 'FileListing' });
export type FileListing = z.infer<typeof FileListing>;

export const FileChange = z
  .object({
    path: z.string(),
    kind: z.enum(['created', 'modified', 'deleted', 'renamed', 'attributes']),
    to: z.string().optional().describe('new path of a rename'),
    directory: z.boolean(),
    actor: Actor.optional(),
    pid: z.number().int().optional(),
  })
  .meta({ id: 'FileChange' });
export type FileChange = z.infer<typeof FileChange>;

export const ProcessInfo = z
  .object({
    pid: z.number().int(),
    parent: z.number().int(),
    user: z.string(),
    command: z.string(),
    arguments: z.array(z.string()),
    state: z.string(),
    cpuUsec: z.number(),
    memoryBytes: z.number(),
    startedAtMs: WallMs,
  })
  .meta({ id: 'ProcessInfo' });
export type ProcessInfo = z.infer<typeof ProcessInfo>;

export const PortInfo = z
  .object({
    port: z.number().int(),
    address: z.string(),
    pid: z.number().int().nullable(),
    process: z.string().nullable(),
    previewUrl: z.string().nullable().describe('opens this port on its own origin, with a short-lived ticket'),
  })
  .meta({ id: 'PortInfo' });
export type PortInfo = z.infer<typeof PortInfo>;
