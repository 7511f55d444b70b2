/** What of an event is written during a private moment: that something happened where the rest would not make sense without it. */
import type { LogEvent } from '@sandglass/protocol';

/** About the machine's life and about who acts, not about what is done. */
const WRITTEN: ReadonlySet<LogEvent['kind']> = new Set<LogEvent['kind']>([
  'sandbox.created',
  'sandbox.phase',
  'sandbox.updated',
  'terminal.resized',
  'terminal.exited',
  'screen.opened',
  'screen.resized',
  'checkpoint.created',
  'checkpoint.restored',
  'call.started',
  'gate.mode',
  'gate.policy',
  'gate.alike',
  'run.started',
  'run.ended',
  'run.budget',
  'run.budgeted',
  'run.judged',
  'note.changed',
  'recorder.gap',
  'recorder.stopped',
  'recorder.resumed',
]);

export const PRIVATE = 'private';

/** Undefined: nothing of it. A kind that is not named here is private until somebody decides otherwise. */
export function writtenInPrivate(event: LogEvent): LogEvent | undefined {
  if (event.kind === 'call.asked') {
    const { call, door, name, exec } = event.data;
    const data = {
      call,
      door,
      name,
      summary: `${name} (${PRIVATE})`,
      arguments: {},
      ...(exec === undefined ? {} : { exec }),
    };
    return { ...event, data };
  }
  if (event.kind === 'call.ended') {
    const { call, ok, durationMs, result } = event.data;
    // How a command ended says nothing of what it was, and a restarted server asks for it.
    const { code, signal, timedOut } = result ?? {};
    const exit = code === undefined ? {} : { result: { code, signal, timedOut } };
    const error = ok ? {} : { error: { code: 'internal', message: PRIVATE } };
    return { ...event, data: { call, ok, durationMs, summary: PRIVATE, ...exit, ...error } };
  }
  if (event.kind === 'call.held') {
    const { call, when, reason, expiresAtMs } = event.data;
    return { ...event, data: { call, when, reason, expiresAtMs } };
  }
  if (event.kind === 'call.decided') {
    const { call, when, decision } = event.data;
    return { ...event, data: { call, when, decision, reason: null } };
  }
  if (event.kind === 'control.changed') return { ...event, data: { ...event.data, reason: null, note: null } };
  if (event.kind === 'rule.hit') return { ...event, data: { ...event.data, message: null } };
  if (event.kind === 'terminal.opened')
    return { ...event, data: { ...event.data, name: event.data.owner === 'person' ? PRIVATE : event.data.name } };
  return WRITTEN.has(event.kind) ? event : undefined;
}
