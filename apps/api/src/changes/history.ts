/** The log of one sandbox, folded since a base, and kept so that the next question reads only what is new. */
import { type Base, type CheckpointId, isNoisyPath, type LogEvent } from '@sandglass/protocol';
import type { SandboxLog } from '../recorder/log.ts';
import { ChangeFold, type FoldedChange } from './fold.ts';

const AT_ONCE = 2000;
const KINDS = ['file.changed', 'checkpoint.created', 'checkpoint.restored'] as const;

export class ChangeHistory {
  readonly base: Base;
  readonly #baseSeq: number;
  /** Where a checkpoint is in the log; undefined when it was removed. */
  readonly #seqOf: (checkpoint: CheckpointId) => number | undefined;
  readonly #checkpoints = new Map<CheckpointId, ChangeFold>();
  #fold = new ChangeFold();
  #lost = false;
  #seq: number;

  constructor(base: Base, baseSeq: number, seqOf: (checkpoint: CheckpointId) => number | undefined) {
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
    return this.#lost;
  }

  read(log: SandboxLog): void {
    for (;;) {
      const events = log.eventsOf(KINDS, this.#seq + 1, AT_ONCE);
      for (const event of events) this.#take(event, log);
      this.#seq = events.length < AT_ONCE ? log.lastSeq : (events.at(-1)?.seq ?? this.#seq);
      if (events.length < AT_ONCE) return;
    }
  }

  list(everything: boolean): { items: FoldedChange[]; ignored: number } {
    return this.#fold.list(everything ? () => false : isNoisyPath);
  }

  #take(event: LogEvent, log: SandboxLog): void {
    if (event.kind === 'file.changed') {
      if (event.data.dropped > 0) this.#lost = true;
      for (const change of event.data.changes)
        this.#fold.apply(change, { actor: change.actor ?? event.actor, seq: event.seq, atMs: event.wallMs });
    } else if (event.kind === 'checkpoint.created') this.#checkpoints.set(event.data.checkpoint, this.#fold.copy());
    else if (event.kind === 'checkpoint.restored') this.#putBack(event.data.checkpoint, log);
  }

  #putBack(checkpoint: CheckpointId, log: SandboxLog): void {
    const kept = this.#checkpoints.get(checkpoint);
    if (kept !== undefined) this.#fold = kept.copy();
    else if (checkpoint === this.base) this.#fold = new ChangeFold();
    else this.#beforeBase(checkpoint, log);
  }

  /** Put back to before the base: what changed between the two is different again, the other way round. */
  #beforeBase(checkpoint: CheckpointId, log: SandboxLog): void {
    const seq = this.#seqOf(checkpoint);
    this.#fold = new ChangeFold();
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
