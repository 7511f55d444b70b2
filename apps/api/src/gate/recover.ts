/** After a restart: the log says what was held, who had control, and which calls were cut off. Nothing is run again. */
import { AppError, type GatePolicy, type LogEvent, type Notice } from '@sandglass/protocol';
import { resumeCall } from '../sandboxes/calls.ts';
import type { SandboxEntry } from '../sandboxes/entry.ts';
import { modeAfterRestart, openMode } from './holdMachine.ts';
import type { SandboxGate } from './sandboxGate.ts';

const PAGE = 1_000;
type Of<K extends LogEvent['kind']> = Extract<LogEvent, { kind: K }>;

export function recover(entry: SandboxEntry, gate: () => SandboxGate): void {
  endOpenCalls(entry);
  const events = all(entry, [
    ...(['gate.mode', 'gate.policy', 'gate.alike', 'control.changed'] as const),
    ...(['message.sent', 'message.delivered'] as const),
  ]);
  if (events.length === 0) return;
  const last = <K extends LogEvent['kind']>(kind: K) => events.findLast((event): event is Of<K> => event.kind === kind);
  const mode = last('gate.mode');
  const policy = last('gate.policy')?.data.policy ?? null;
  const control = last('control.changed');
  gate().restore({
    mode: mode ? modeAfterRestart(mode.data.to) : openMode,
    policy,
    notices: undelivered(events),
    alike: last('gate.alike')?.data.alike ?? [],
  });
  if (control)
    gate().control.restore(
      { to: control.data.to, fence: control.data.fence, seq: control.seq },
      policy?.agentHolds ? 'agent' : 'nobody',
    );
  gate().changed();
}

/** As somebody set it last; null when nobody did. */
export function policyOf(entry: SandboxEntry): GatePolicy | null {
  const last = all(entry, ['gate.policy']).at(-1);
  return last?.kind === 'gate.policy' ? last.data.policy : null;
}

/** Those of commands that still run are not cut off: the guest has them. */
function endOpenCalls(entry: SandboxEntry): void {
  for (const asked of openCalls(entry)) {
    const { call, exec } = asked.data;
    if (exec !== undefined && entry.execs.has(exec)) continue;
    const steps = all(entry, ['call.held', 'call.started'], asked.seq).filter(
      (event) => 'call' in event.data && event.data.call === call,
    );
    const waited = steps.length > 0 && !steps.some((event) => event.kind === 'call.started');
    const error =
      waited && !steps.some((event) => event.kind === 'call.held' && event.data.when === 'after')
        ? new AppError(
            'unavailable',
            'The server ended while this call waited. It was not run: it is safe to send it again.',
          )
        : new AppError(
            'gone',
            'The server ended while this call ran. Whether it happened is not known: look before you repeat it.',
          );
    const who = { actor: asked.actor, token: asked.by };
    resumeCall(entry.log, who, { call, seq: asked.seq, atUs: asked.atUs }).failed(error);
  }
}

function openCalls(entry: SandboxEntry): Of<'call.asked'>[] {
  const open = new Map<string, Of<'call.asked'>>();
  for (const event of all(entry, ['call.asked', 'call.ended'])) {
    if (event.kind === 'call.asked') open.set(event.data.call, event);
    else if (event.kind === 'call.ended') open.delete(event.data.call);
  }
  return [...open.values()];
}

function undelivered(events: readonly LogEvent[]): Notice[] {
  const waiting = new Map<string, Notice>();
  for (const event of events) {
    if (event.kind === 'message.delivered') waiting.delete(event.data.message);
    if (event.kind !== 'message.sent') continue;
    const { message: id, text, from, handBack } = event.data;
    const kind = handBack ? 'handBack' : 'message';
    waiting.set(id, { id, kind, text, from, atMs: event.wallMs, files: [] });
  }
  return [...waiting.values()];
}

function all(entry: SandboxEntry, kinds: readonly LogEvent['kind'][], from = 0): LogEvent[] {
  const events: LogEvent[] = [];
  for (let next = from; ; ) {
    const page = entry.log.eventsOf(kinds, next, PAGE);
    events.push(...page);
    const last = page.at(-1);
    if (!last || page.length < PAGE) return events;
    next = last.seq + 1;
  }
}
