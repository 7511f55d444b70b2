/** Every call is in the log twice: when it was asked, and, before its answer goes out, how it ended. */
import { type CallId, type ExecId, isAppError, type Seq, toAppError } from '@sandglass/protocol';
import type { Cause } from '../gate/causes.ts';
import { bounded, oneLine } from '../lib/bounded.ts';
import type { SandboxLog } from '../recorder/log.ts';
import type { Caller } from '../services.ts';

export interface CallFacts {
  readonly name: string;
  /** For a list of activity, e.g. `npm test`; the name is put before it. */
  readonly summary: string;
  readonly arguments: Record<string, unknown>;
  readonly exec?: ExecId;
  readonly causedBy?: Cause;
  readonly traceparent?: string;
}

export interface CallOutcome {
  readonly summary: string;
  readonly result?: Record<string, unknown>;
  /** The result as a person edits it who holds the call after it ran; left out: `result`. */
  readonly editable?: Record<string, unknown>;
}

export interface OpenCall {
  readonly id: CallId;
  readonly seq: Seq;
  ended(outcome: CallOutcome): void;
  failed(error: unknown): void;
}

export type Who = Pick<Caller, 'actor' | 'door'> & { readonly token: string | null };

/** `recorded`: its arguments as the log has them. */
export function askCall(
  log: SandboxLog,
  who: Who,
  call: CallId,
  facts: CallFacts,
): OpenCall & { readonly recorded: Record<string, unknown> } {
  const asked = log.append({
    kind: 'call.asked',
    actor: who.actor,
    by: who.token,
    data: {
      call,
      door: who.door,
      name: facts.name,
      summary: oneLine(log.redact(`${facts.name} ${facts.summary}`)),
      arguments: bounded(log.redact(facts.arguments)),
      ...(facts.exec === undefined ? {} : { exec: facts.exec }),
      ...(facts.causedBy === undefined ? {} : { causedBy: facts.causedBy }),
      ...(facts.traceparent === undefined ? {} : { traceparent: facts.traceparent }),
    },
  });
  const recorded = asked.kind === 'call.asked' ? asked.data.arguments : {};
  return { ...resumeCall(log, who, { call, seq: asked.seq, atUs: asked.atUs }), recorded };
}

/** A call that was asked before the server was restarted. */
export function resumeCall(
  log: SandboxLog,
  who: Pick<Who, 'actor' | 'token'>,
  asked: { call: CallId; seq: Seq; atUs: number },
): OpenCall {
  let open = true;
  const end = (ok: boolean, rest: CallOutcome & { error?: { code: string; message: string } }) => {
    if (!open) return;
    open = false;
    const { summary, result, error } = rest;
    log.append({
      kind: 'call.ended',
      actor: who.actor,
      by: who.token,
      data: {
        call: asked.call,
        ok,
        durationMs: Math.round((log.now() - asked.atUs) / 10) / 100,
        summary: oneLine(log.redact(summary)),
        ...(result === undefined ? {} : { result: bounded(log.redact(result)) }),
        ...(error === undefined ? {} : { error }),
      },
    });
  };
  return {
    id: asked.call,
    seq: asked.seq,
    ended: (outcome) => end(true, outcome),
    failed: (thrown) => {
      const error = isAppError(thrown) ? thrown : toAppError(thrown);
      end(false, { summary: error.message, error: { code: error.code, message: oneLine(error.message, 1000) } });
    },
  };
}
