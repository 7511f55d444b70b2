/** Event kinds of the log. Heavy bytes (terminal, exec, screen) are frames of tracks, not events; see stream.ts and screen.ts. */
import { z } from 'zod';
import { AtUs, CallId, CheckpointId, ExecId, SandboxId, Seq, TerminalId, WallMs } from './ids.ts';
import { Actor, Exit, FileChange } from './machine.ts';
import { SandboxPhase } from './sandbox.ts';

const event = <K extends string, D extends z.ZodRawShape>(kind: K, data: D) =>
  z.object({
    seq: Seq,
    atUs: AtUs,
    wallMs: WallMs,
    actor: Actor,
    by: z.string().nullable().describe('token id of who did it'),
    kind: z.literal(kind),
    data: z.object(data),
  });

export const Door = z.enum(['native', 'console', 'e2b', 'mcp', 'cdp', 'computer', 'model']).meta({ id: 'Door' });
export type Door = z.infer<typeof Door>;

export const LogEvent = z
  .discriminatedUnion('kind', [
    event('sandbox.created', {
      sandbox: SandboxId,
      image: z.string(),
      name: z.string(),
      parent: z.object({ sandbox: SandboxId, checkpoint: CheckpointId, seq: Seq }).nullable(),
    }),
    event('sandbox.phase', {
      from: SandboxPhase,
      to: SandboxPhase,
      asked: z.string().nullable(),
      reason: z.string().nullable(),
    }),
    event('sandbox.updated', { changed: z.array(z.string()) }),
    event('call.asked', {
      call: CallId,
      door: Door,
      name: z.string().describe('exec, write, mkdir, move, remove, upload …'),
      summary: z.string(),
      arguments: z.record(z.string(), z.unknown()),
      exec: ExecId.optional(),
    }),
    event('call.ended', {
      call: CallId,
      ok: z.boolean(),
      durationMs: z.number(),
      summary: z.string(),
      result: z.record(z.string(), z.unknown()).optional(),
      error: z.object({ code: z.string(), message: z.string() }).optional(),
    }),
    event('terminal.opened', {
      terminal: TerminalId,
      name: z.string(),
      owner: Actor,
      columns: z.number(),
      rows: z.number(),
    }),
    event('terminal.resized', { terminal: TerminalId, columns: z.number(), rows: z.number() }),
    event('terminal.renamed', { terminal: TerminalId, name: z.string() }),
    event('terminal.exited', { terminal: TerminalId, exit: Exit }),
    event('file.changed', {
      changes: z.array(FileChange),
      dropped: z.number().int().describe('names that were lost to an overflow; 0 = exact'),
    }),
    event('egress.request', {
      host: z.string(),
      port: z.number().int(),
      method: z.string(),
      path: z.string().nullable(),
      verdict: z.enum(['allowed', 'denied', 'failed']),
      status: z.number().int().nullable(),
      sentBytes: z.number(),
      receivedBytes: z.number(),
      durationMs: z.number(),
    }),
    event('screen.opened', { width: z.number(), height: z.number() }),
    event('screen.resized', { width: z.number(), height: z.number() }),
    event('checkpoint.created', {
      checkpoint: CheckpointId,
      number: z.number(),
      name: z.string(),
      memory: z.boolean(),
      stoppedMs: z.number(),
    }),
    event('checkpoint.restored', { checkpoint: CheckpointId, number: z.number() }),
    event('recorder.gap', { track: z.string(), reason: z.string() }),
  ])
  .meta({ id: 'LogEvent' });
export type LogEvent = z.infer<typeof LogEvent>;
export type LogEventKind = LogEvent['kind'];
/** What a room hands to the recorder; it adds seq, clock and time. */
export type NewLogEvent = {
  [K in LogEventKind]: { kind: K; actor: Actor; by?: string | null; data: Extract<LogEvent, { kind: K }>['data'] };
}[LogEventKind];
