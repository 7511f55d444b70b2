/**
 * A fork begins with nothing running, no person at its controls and its recording on. What its parent had open at the checkpoint is
 * told to have ended, so that a recording that runs across both never shows it going on.
 */
import type { LogEvent, NewLogEvent, Seq } from '@sandglass/protocol';
import type { SandboxEntry } from './entry.ts';
import type { SharedPast } from './room.ts';
import { whatChanged } from './windowTracker.ts';

/** @param going where that began, in the parent's own log: that began with nothing, too */
export function endWhatWentOn(entry: SandboxEntry, { from: { log }, atUs }: SharedPast, going: readonly Seq[]): void {
  const ends = going.flatMap((seq) => {
    const event = log.events(seq, 1)[0];
    const end = event?.seq === seq ? endOf(event, atUs) : undefined;
    return end === undefined ? [] : [end];
  });
  // What follows is recorded again.
  ends.sort((a, b) => Number(b.kind === 'recorder.resumed') - Number(a.kind === 'recorder.resumed'));
  for (const end of ends) entry.append(end);
}

function endOf(event: LogEvent, untilUs: number): NewLogEvent | undefined {
  switch (event.kind) {
    case 'terminal.opened': {
      const exit = { code: null, signal: 'SIGKILL' };
      return { kind: 'terminal.exited', actor: 'system', data: { terminal: event.data.terminal, exit } };
    }
    case 'call.asked': {
      const message = 'It ran in the sandbox that this one was forked from, and goes on there.';
      const durationMs = (untilUs - event.atUs) / 1_000;
      const data = { call: event.data.call, ok: false, durationMs, summary: '', error: { code: 'gone', message } };
      return { kind: 'call.ended', actor: event.actor, by: event.by, data };
    }
    case 'recorder.stopped': {
      const data = { reason: event.data.reason, sinceUs: event.atUs, why: 'a fork is recorded from its start' };
      return { kind: 'recorder.resumed', actor: 'system', data };
    }
    case 'control.changed': {
      const { to: from, fence } = event.data;
      if (from.kind !== 'person') return undefined;
      const data = { from, to: { kind: 'nobody' }, fence, why: 'released', reason: null, note: null } as const;
      return { kind: 'control.changed', actor: 'system', data };
    }
    case 'gate.mode': {
      const { to: from } = event.data;
      return from.kind === 'open'
        ? undefined
        : { kind: 'gate.mode', actor: 'system', data: { from, to: { kind: 'open' } } };
    }
    case 'windows.changed': {
      const data = whatChanged(event.data, { windows: [], active: null });
      return data && { kind: 'windows.changed', actor: 'system', data };
    }
    case 'browser.opened':
      return { kind: 'browser.closed', actor: 'system', data: { reason: 'it was not taken along into the fork' } };
    default:
      return undefined;
  }
}
