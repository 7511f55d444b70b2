/** The log of one sandbox, folded since a base, and kept so that the next question reads only what is new. */
import { type Actor, type Base, type CallId, type CheckpointId, isNoisyPath, type LogEvent } from '@sandglass/protocol';
import { ChangeFold, type FoldedChange } from './fold.ts';

const AT_ONCE = 2000;
/** What it reads. */
export const changeKinds = [
  'file.changed',
  'checkpoint.created',
  'checkpoint.restored',
  'call.asked',
  'call.ended',
] as const;
/** The system tells of a change some moments after the command that made it. */
const LATE_MS = 1_500;

/** Where it reads from: a log, or the events of a file. */
export interface ChangeLog {
  readonly lastSeq: number;
  /** Events with seq >= from, oldest first; fewer than `limit` only at the end. */
  eventsOf(kinds: readonly LogEvent['kind'][], from: number, limit: number): readonly LogEvent[];
}

export class ChangeHistory {
  readonly base: Base;
  readonly #baseSeq: number;
  /** What is told before it may have happened before the base: nothing then counts as new, looking decides. */
  #settledAtMs: number;
  /** Where a checkpoint is in the log; undefined when it was removed. */
  readonly #seqOf: (checkpoint: CheckpointId) => number | undefined;
  readonly #checkpoints = new Map<CheckpointId, ChangeFold>();
  readonly #isNoise: (path: string) => boolean;
  readonly #commands = new CommandsUnderWay();
  #fold: ChangeFold;
  #lost = false;
  #seq: number;

  constructor(
    base: Base,
    options: {
      readonly baseSeq: number;
      readonly seqOf: (checkpoint: CheckpointId) => number | undefined;
      readonly everything: boolean;
    },
  ) {
    const { baseSeq, seqOf } = options;
    this.#settledAtMs = base === 'start' ? 0 : Number.POSITIVE_INFINITY;
    this.#isNoise = options.everything ? () => false : isNoisyPath;
    this.#fold = new ChangeFold(this.#isNoise);
    this.base = base;
    this.#baseSeq = baseSeq;
    this.#seqOf = seqOf;
    this.#seq = baseSeq;
  }

  get seq(): number {
    return this.#seq;
  }

  /** Names were lost in between. */
  get lost(): boolean {
    return this.#lost || this.#fold.overflowed;
  }

  /** Goes on to where the log is now, or to a moment. It never goes back: for an earlier moment a new one is made. */
  read(log: ChangeLog, untilUs = Number.POSITIVE_INFINITY): void {
    for (;;) {
      const events = log.eventsOf(changeKinds, this.#seq + 1, AT_ONCE);
      for (const event of events) {
        if (event.atUs > untilUs) {
          this.#seq = Math.max(this.#seq, event.seq - 1);
          return;
        }
        this.#take(event, log);
        this.#seq = event.seq;
      }
      if (events.length === AT_ONCE) continue;
      if (untilUs === Number.POSITIVE_INFINITY) this.#seq = Math.max(this.#seq, log.lastSeq);
      return;
    }
  }

  list(): { items: FoldedChange[]; ignored: number } {
    return this.#fold.list();
  }

  #take(event: LogEvent, log: ChangeLog): void {
    if (event.kind === 'file.changed') {
      if (event.data.dropped > 0) this.#lost = true;
      for (const change of event.data.changes) {
        const named = change.actor ?? event.actor;
        const actor = named === 'system' ? this.#commands.actorAt(event.wallMs) : named;
        const early = event.wallMs < this.#settledAtMs && change.kind === 'created' && !change.directory;
        this.#fold.apply(early ? { ...change, kind: 'modified' } : change, {
          actor,
          seq: event.seq,
          atMs: event.wallMs,
        });
      }
    } else if (event.kind === 'call.asked') {
      if (event.data.exec !== undefined) this.#commands.begin(event.data.call, event.actor);
    } else if (event.kind === 'call.ended') {
      this.#commands.end(event.data.call, event.wallMs);
    } else if (event.kind === 'checkpoint.created') {
      if (event.data.checkpoint === this.base) this.#settledAtMs = event.wallMs + LATE_MS;
      this.#checkpoints.set(event.data.checkpoint, this.#fold.copy());
    } else if (event.kind === 'checkpoint.restored') this.#putBack(event.data.checkpoint, log);
  }

  #putBack(checkpoint: CheckpointId, log: ChangeLog): void {
    const kept = this.#checkpoints.get(checkpoint);
    if (kept !== undefined) this.#fold = kept.copy();
    else if (checkpoint === this.base) this.#fold = new ChangeFold(this.#isNoise);
    else this.#beforeBase(checkpoint, log);
  }

  /** Put back to before the base: what changed between the two is different again, the other way round. */
  #beforeBase(checkpoint: CheckpointId, log: ChangeLog): void {
    const seq = this.#seqOf(checkpoint);
    this.#fold = new ChangeFold(this.#isNoise);
    if (seq === undefined) this.#lost = true;
    for (let from = (seq ?? 0) + 1; ; ) {
      const events = log.eventsOf(['file.changed'], from, AT_ONCE).filter((event) => event.seq <= this.#baseSeq);
      for (const event of events) {
        if (event.kind !== 'file.changed') continue;
        const touch = { actor: 'system', seq: this.#seq, atMs: event.wallMs } as const;
        for (const { path, to, directory } of event.data.changes)
          for (const each of to === undefined ? [path] : [path, to])
            this.#fold.apply({ path: each, kind: 'modified', directory }, touch);
      }
      if (events.length < AT_ONCE) return;
      from = (events.at(-1)?.seq ?? from) + 1;
    }
  }
}

/**
 * Whose commands were running when a file changed. The system does not say which process wrote it, so this names somebody only
 * when all commands of that moment were theirs.
 */
class CommandsUnderWay {
  readonly #running = new Map<CallId, Actor>();
  #ended: { readonly actor: Actor; readonly atMs: number }[] = [];

  begin(call: CallId, actor: Actor): void {
    this.#running.set(call, actor);
  }

  end(call: CallId, atMs: number): void {
    const actor = this.#running.get(call);
    if (actor === undefined) return;
    this.#running.delete(call);
    this.#ended = [...this.#ended.filter((each) => atMs - each.atMs <= LATE_MS), { actor, atMs }];
  }

  actorAt(atMs: number): Actor {
    const lately = this.#ended.flatMap((each) => (atMs - each.atMs <= LATE_MS ? each.actor : []));
    const all = new Set([...this.#running.values(), ...lately]);
    const [only] = all;
    return all.size === 1 && only !== undefined ? only : 'system';
  }
}
