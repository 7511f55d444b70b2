/** One event of the log as the timeline needs it: when, who, what kind, how it went. Its words stay in the log. */
import { type Actor, activeWindow, isNoisyPath, type LogEvent, type TimelineKind } from '@sandglass/protocol';

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
/** What a person asked for; the rest of the modes follows from it. */
const actNames: Partial<Record<Extract<LogEvent, { kind: 'gate.mode' }>['data']['to']['kind'], string>> = {
  pausing: 'pause',
  continuing: 'continue',
  stepping: 'step',
  runningTo: 'run to',
};
const actModes: ReadonlySet<string> = new Set(Object.keys(actNames));

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
    case 'page.opened':
      return isBlankPage(event.data.url) ? undefined : row('request', { name: 'page' });
    case 'page.navigated':
      return event.data.moved && !isBlankPage(event.data.url) ? row('request', { name: 'page' }) : undefined;
    case 'page.closed':
      return event.data.crashed ? row('request', { name: 'crash', failed: true }) : undefined;
    case 'page.logged':
      return event.data.level === 'error' ? row('request', { name: 'console', failed: true }) : undefined;
    case 'page.requested': {
      const { error, status, durationMs } = event.data;
      // What went well passed the way out, too, or stayed inside; a tab that is left breaks off what it asked for.
      const failed = error === null ? (status ?? 0) >= 400 : error !== 'canceled';
      return failed
        ? row('request', { name: 'page request', durationUs: Math.round(durationMs * 1_000), failed })
        : undefined;
    }
    case 'terminal.opened':
      return row('opened', { key: event.data.terminal, actor: event.data.owner });
    case 'terminal.exited':
      return row('exited', { key: event.data.terminal });
    case 'control.changed': {
      const { from, to } = event.data;
      // From hand to hand it stays one stretch: somebody drove.
      if (from.kind === 'person' && to.kind === 'person') return undefined;
      if (to.kind === 'person') return row('asked', { actor: 'person', name: 'control', key: 'control' });
      return from.kind === 'person' ? row('ended', { key: 'control' }) : undefined;
    }
    case 'call.decided':
      return event.actor === 'person' && event.data.decision !== 'released'
        ? row('act', { name: event.data.decision })
        : undefined;
    case 'gate.mode':
      return event.actor === 'person' && actModes.has(event.data.to.kind)
        ? row('act', { name: actNames[event.data.to.kind] ?? '' })
        : undefined;
    case 'question.answered':
      return event.actor === 'person' ? row('act', { name: 'answer' }) : undefined;
    case 'environment.changed':
      return row('act', { name: 'variables' });
    case 'egress.changed':
      return row('act', { name: 'reach' });
    case 'rule.hit':
      return row('act', { name: 'breakpoint' });
    case 'message.sent':
      return event.data.handBack ? undefined : row('act', { name: 'message' });
    case 'windows.changed':
      return row('window', { name: activeWindow(event.data)?.title.slice(0, MAX_NAME) ?? '' });
    case 'checkpoint.created':
      return row('checkpoint', { count: event.data.number });
    case 'checkpoint.restored':
      return row('restored', { count: event.data.number });
    case 'sandbox.created':
      return event.data.parent?.atUs === undefined ? undefined : row('forked');
    case 'sandbox.phase':
      return row('phase', { name: event.data.to, failed: event.data.to === 'failed' });
    case 'recorder.gap':
      return row('gap', { name: event.data.track.slice(0, MAX_NAME) });
    case 'recorder.stopped':
      return row('stopped', { name: event.data.reason });
    case 'recorder.resumed':
      return row('resumed', { name: event.data.reason, durationUs: event.atUs - event.data.sinceUs });
    default:
      return undefined;
  }
}

const isBlankPage = (url: string): boolean => url === '' || url === 'about:blank' || url.startsWith('chrome:');

/** Refused, broken off, ended by a signal or with a code that is not 0. */
function isFailedCall({ ok, result }: Extract<LogEvent, { kind: 'call.ended' }>['data']): boolean {
  const code = result?.['code'];
  return !ok || (typeof code === 'number' && code !== 0) || result?.['timedOut'] === true;
}
