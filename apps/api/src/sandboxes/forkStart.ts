/**
 * A fork begins with nothing running, no person at its controls and its recording on. What its parent had open at the checkpoint is
 * told to have ended, so that a recording that runs across both never shows it going on.
 */
import type { CheckpointId, LogEvent, NewLogEvent } from '@sandglass/protocol';
import type { SandboxEntry } from './entry.ts';
import type { SharedPast } from './room.ts';
import { whatChanged } from './windowTracker.ts';

const PAGE = 1_000;
/** Of so many checkpoints it is remembered: many forks are made of one. */
const MOST_KNOWN = 32;
const openKinds = ['terminal.opened', 'terminal.exited', 'call.asked', 'call.ended'] as const;

export class ForkStarts {
  readonly #known = new Map<CheckpointId, readonly NewLogEvent[]>();

  begin(entry: SandboxEntry, past: SharedPast): void {
    for (const event of this.#endsAt(entry.facts.parent!.checkpoint, past)) entry.append(event);
  }

  #endsAt(checkpoint: CheckpointId, past: SharedPast): readonly NewLogEvent[] {
    const known = this.#known.get(checkpoint) ?? endsOf(past);
    this.#known.delete(checkpoint);
    this.#known.set(checkpoint, known);
    if (this.#known.size > MOST_KNOWN) this.#known.delete(this.#known.keys().next().value as CheckpointId);
    return known;
  }
}

/** The parent's own log says it all: it began with nothing, too. */
function endsOf({ from: { log }, seq, atUs }: SharedPast): NewLogEvent[] {
  const last = <K extends LogEvent['kind']>(...kinds: K[]) =>
    log.lastOf(kinds, undefined, seq) as Extract<LogEvent, { kind: K }> | undefined;
  const open = new Map<string, NewLogEvent>();
  for (let next = 1; next <= seq; ) {
    const page = log.eventsOf(openKinds, next, PAGE);
    for (const event of page) if (event.seq <= seq) take(open, event, atUs);
    next = page.length < PAGE ? seq + 1 : page.at(-1)!.seq + 1;
  }
  const ends = [...open.values()];
  const stopped = last('recorder.stopped', 'recorder.resumed');
  if (stopped?.kind === 'recorder.stopped') {
    const { reason } = stopped.data;
    const data = { reason, sinceUs: stopped.atUs, why: 'a fork is recorded from its start' };
    ends.unshift({ kind: 'recorder.resumed', actor: 'system', data });
  }
  const control = last('control.changed');
  if (control?.data.to.kind === 'person') {
    const { to: holder, fence } = control.data;
    const data = { from: holder, to: { kind: 'nobody' }, fence, why: 'released', reason: null, note: null } as const;
    ends.push({ kind: 'control.changed', actor: 'system', data });
  }
  const mode = last('gate.mode')?.data.to;
  if (mode !== undefined && mode.kind !== 'open')
    ends.push({ kind: 'gate.mode', actor: 'system', data: { from: mode, to: { kind: 'open' } } });
  const windows = last('windows.changed');
  const closed = windows && whatChanged(windows.data, { windows: [], active: null });
  if (closed !== undefined) ends.push({ kind: 'windows.changed', actor: 'system', data: closed });
  if (last('browser.opened', 'browser.closed')?.kind === 'browser.opened')
    ends.push({ kind: 'browser.closed', actor: 'system', data: { reason: 'it was not taken along into the fork' } });
  return ends;
}

function take(open: Map<string, NewLogEvent>, event: LogEvent, untilUs: number): void {
  if (event.kind === 'terminal.opened') {
    const { terminal } = event.data;
    const exit = { code: null, signal: 'SIGKILL' };
    open.set(terminal, { kind: 'terminal.exited', actor: 'system', data: { terminal, exit } });
  } else if (event.kind === 'terminal.exited') open.delete(event.data.terminal);
  else if (event.kind === 'call.asked') {
    const { call } = event.data;
    const error = { code: 'gone', message: 'It ran in the sandbox that this one was forked from, and goes on there.' };
    const data = { call, ok: false, durationMs: (untilUs - event.atUs) / 1_000, summary: '', error };
    open.set(call, { kind: 'call.ended', actor: event.actor, by: event.by, data });
  } else if (event.kind === 'call.ended') open.delete(event.data.call);
}
