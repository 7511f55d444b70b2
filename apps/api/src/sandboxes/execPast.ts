/** How a command ended that the server no longer holds: the database may have missed its end, the log has it. */
import { type Exec, Exit } from '@sandglass/protocol';
import type { SandboxLog } from '../recorder/log.ts';
import { type OpenCall, resumeCall } from './calls.ts';
import type { StoredExec } from './store.ts';

const PAGE = 1000;

interface CallInLog {
  readonly asked?: { readonly seq: number; readonly atUs: number };
  readonly ended?: {
    readonly durationMs: number;
    readonly result?: unknown;
    readonly error?: { message: string } | undefined;
  };
}

/** The exec with its end; undefined when the log knows of none. */
export function findEnd(log: SandboxLog, stored: StoredExec): Exec | undefined {
  const { exec } = stored;
  if (exec.exit !== null || exec.error !== null) return exec;
  const { ended } = findCall(log, stored);
  if (!ended) return undefined;
  const durationMs = Math.round(ended.durationMs);
  const exit = Exit.safeParse(ended.result);
  if (!exit.success) return { ...exec, durationMs, error: ended.error?.message ?? 'It ended; how is not known.' };
  const { timedOut } = ended.result as { timedOut?: unknown };
  return { ...exec, durationMs, exit: exit.data, timedOut: timedOut === true };
}

/** The call of an exec that was cut off; undefined when the log says that it has ended after all. */
export function findOpenCall(log: SandboxLog, stored: StoredExec): OpenCall | undefined {
  const { asked, ended } = findCall(log, stored);
  if (!asked || ended) return undefined;
  const who = { actor: stored.exec.actor, token: stored.by };
  return resumeCall(log, who, { ...asked, call: stored.call as OpenCall['id'] });
}

function findCall(log: SandboxLog, { exec, call }: StoredExec): CallInLog {
  let asked: CallInLog['asked'];
  for (let from = exec.seq; ; ) {
    const events = log.events(from, PAGE);
    for (const event of events) {
      if (event.kind === 'call.asked' && event.data.call === call) asked = event;
      if (event.kind === 'call.ended' && event.data.call === call)
        return { ...(asked && { asked }), ended: event.data };
    }
    const last = events.at(-1);
    if (!last || events.length < PAGE) return { ...(asked && { asked }) };
    from = last.seq + 1;
  }
}
