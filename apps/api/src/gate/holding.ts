/** A call waits: its clock, its client, and the one resolution that ends it, all in the log. */
import type { HoldReason } from '@sandglass/protocol';
import { bounded } from '../lib/bounded.ts';
import type { Clock } from '../lib/clock.ts';
import type { CallOutcome } from '../sandboxes/calls.ts';
import { bySystem, type SandboxEntry } from '../sandboxes/entry.ts';
import type { GateCall, Resolution } from './gateCall.ts';
import { heldWords } from './outcomes.ts';

/** After these a call does not go on. */
const final: ReadonlySet<Resolution['end']> = new Set(['rejected', 'expired', 'abandoned', 'answered']);

export interface HoldOptions {
  readonly entry: SandboxEntry;
  readonly clock: Clock;
  readonly when: 'before' | 'after';
  readonly reason: HoldReason;
  /** null: as long as it takes. */
  readonly mostMs: number | null;
  /** After: what came of it. */
  readonly outcome: CallOutcome | null;
  readonly onChange: () => void;
}

export function holdCall(call: GateCall, options: HoldOptions): Promise<Resolution> {
  const { entry, clock, when, reason, mostMs, outcome, onChange } = options;
  call.record();
  call.wasHeld = true;
  call.step({ kind: when === 'before' ? 'hold' : 'holdAfter', reason });
  const sinceMs = clock.now();
  const expiresAtMs = mostMs === null ? null : sinceMs + mostMs;
  const result = outcome?.editable ?? outcome?.result;
  const shown = outcome && {
    outcome: entry.log.redact(outcome.summary),
    ...(result ? { result: bounded(entry.log.redact(result)) } : {}),
  };
  const data = { call: call.id, when, reason, expiresAtMs, ...shown };
  entry.append({ kind: 'call.held', actor: 'system', data });
  const decided = new Promise<Resolution>((resolve) => {
    const end = (how: 'expired' | 'abandoned') => () => hold.resolve({ end: how, by: bySystem, reason: null });
    const abort = end('abandoned');
    const cancel = expiresAtMs === null ? () => {} : clock.at(expiresAtMs, end('expired'));
    const hold = {
      ...{ when, reason, sinceMs, expiresAtMs, deciding: false },
      original: result ?? {},
      outcome: shown ? { summary: shown.outcome, ...('result' in shown ? { result: shown.result } : {}) } : null,
      resolve: (resolution: Resolution) => {
        if (call.hold !== hold) return;
        call.hold = null;
        cancel();
        call.signal?.removeEventListener('abort', abort);
        logDecision(entry, call, when, resolution);
        if (when === 'after' || !final.has(resolution.end)) call.step({ kind: 'clear' });
        resolve(resolution);
        call.tell(null);
        onChange();
      },
    };
    call.hold = hold;
    call.signal?.addEventListener('abort', abort, { once: true });
    if (call.signal?.aborted) abort();
  });
  onChange();
  if (call.hold) call.tell({ reason: heldWords(reason) });
  return decided;
}

function logDecision(entry: SandboxEntry, call: GateCall, when: 'before' | 'after', resolution: Resolution): void {
  if (entry.ended) return;
  const { log } = entry;
  const { end, by, reason, arguments: given, answer } = resolution;
  entry.append({
    kind: 'call.decided',
    actor: by.actor,
    by: by.token,
    data: {
      ...{ call: call.id, when, decision: end, reason },
      ...(given ? { arguments: bounded(log.redact(given)) } : {}),
      ...(answer ? { result: bounded(log.redact(answer.shown)) } : {}),
    },
  });
}
