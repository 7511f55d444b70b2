/** One event of the log as the timeline needs it: when, who, what kind, how it went. Its words stay in the log. */
import { type Actor, isNoisyPath, type LogEvent, type TimelineKind } from '@sandglass/protocol';

export interface TimelineRow {
  readonly seq: number;
  readonly atUs: number;
  readonly actor: Actor;
  readonly kind: TimelineKind;
  /** Name of a call, phase that was reached, track with a gap; empty where the kind says it all. */
  readonly name: string;
  /** Joins two events: a call and its end, a terminal and its exit. Empty for what stands alone. */
  readonly key: string;
  readonly durationUs: number;
  readonly failed: boolean;
  /** Changed files of a file change, number of a checkpoint; else 1. */
  readonly count: number;
}

const MAX_NAME = 64;

/** @returns undefined for events that have no place on the timeline, such as what changes by itself (see noise.ts) */
export function timelineRowOf(event: LogEvent): TimelineRow | undefined {
  const row = (kind: TimelineKind, more: Partial<TimelineRow> = {}): TimelineRow => ({
    seq: event.seq,
    atUs: event.atUs,
    actor: event.actor,
    kind,
    name: '',
    key: '',
    durationUs: 0,
    failed: false,
    count: 1,
    ...more,
  });
  switch (event.kind) {
    case 'call.asked':
      return row('asked', { name: event.data.name.slice(0, MAX_NAME), key: event.data.call });
    case 'call.ended':
      return row('ended', {
        key: event.data.call,
        durationUs: Math.round(event.data.durationMs * 1_000),
        failed: isFailedCall(event.data),
      });
    case 'file.changed': {
      const { changes, dropped } = event.data;
      const count = changes.filter((change) => !isNoisyPath(change.to ?? change.path)).length + dropped;
      return count === 0 ? undefined : row('files', { count });
    }
    case 'egress.request':
      return row('request', {
        name: event.data.verdict,
        durationUs: Math.round(event.data.durationMs * 1_000),
        failed: event.data.verdict !== 'allowed',
      });
    case 'terminal.opened':
      return row('opened', { key: event.data.terminal, actor: event.data.owner });
    case 'terminal.exited':
      return row('exited', { key: event.data.terminal });
    case 'checkpoint.created':
      return row('checkpoint', { count: event.data.number });
    case 'checkpoint.restored':
      return row('restored', { count: event.data.number });
    case 'sandbox.phase':
      return row('phase', { name: event.data.to, failed: event.data.to === 'failed' });
    case 'recorder.gap':
      return row('gap', { name: event.data.track.slice(0, MAX_NAME) });
    default:
      return undefined;
  }
}

/** Refused, broken off, ended by a signal or with a code that is not 0. */
function isFailedCall({ ok, result }: Extract<LogEvent, { kind: 'call.ended' }>['data']): boolean {
  const code = result?.['code'];
  return !ok || (typeof code === 'number' && code !== 0) || result?.['timedOut'] === true;
}
