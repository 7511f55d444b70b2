/** Follows the logs of living sandboxes: counts for the runs that are open, and sees the runs of agents that start none. */
import {
  type Door,
  type LogEvent,
  nothingSpent,
  type RunBudget,
  type RunOutcome,
  type SandboxId,
  TokenId,
} from '@sandglass/protocol';
import type { SandboxEntry } from '../sandboxes/entry.ts';
import type { RunBook } from './runBook.ts';
import { emptyStrip, type StoredRun } from './storedRun.ts';
import { countedKinds, tally } from './tally.ts';

const EVENTS_AT_ONCE = 1_000;

export interface FollowerOptions {
  readonly book: RunBook;
  readonly newId: () => StoredRun['id'];
  /** What a token is called; it may be gone. */
  readonly tokenName: (token: TokenId) => Promise<string | undefined>;
  /** What was asked for before there was a run. */
  readonly budget: (entry: SandboxEntry, token: TokenId) => RunBudget | null;
  /** Ends it where its sandbox has ended. */
  readonly end: (entry: SandboxEntry, run: StoredRun, outcome: RunOutcome, reason: string) => void;
}

export class Follower {
  readonly #options: FollowerOptions;
  readonly #stops = new Map<SandboxId, () => void>();

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  /** Takes up with a sandbox, or lets go of one that has ended. May be repeated. */
  meet(entry: SandboxEntry): void {
    if (!entry.ended) {
      if (!this.#stops.has(entry.id)) this.#follow(entry);
      return;
    }
    this.#stops.get(entry.id)?.();
    this.#stops.delete(entry.id);
    const open = this.#options.book.open(entry.id);
    if (open.length === 0) return;
    this.#catchUp(entry);
    const failed = entry.life.phase === 'failed';
    for (const { id } of open) {
      const run = this.#options.book.get(entry.id, id);
      if (failed) this.#options.end(entry, run, 'failed', 'Its sandbox failed.');
      else if (run.origin === 'seen') this.#options.end(entry, run, 'unknown', 'Its sandbox ended.');
      else this.#options.end(entry, run, 'stopped', 'Its sandbox ended before it did.');
    }
  }

  close(): void {
    for (const stop of this.#stops.values()) stop();
    this.#stops.clear();
  }

  #follow(entry: SandboxEntry): void {
    this.#catchUp(entry);
    this.#stops.set(
      entry.id,
      entry.log.onEvent((event) => this.#handleEvent(entry, event)),
    );
  }

  /** What was written while nobody counted: the server was away. */
  #catchUp(entry: SandboxEntry): void {
    const runs = this.#options.book.of(entry.id);
    const open = runs.filter(({ outcome }) => outcome === 'running').map(({ countedSeq }) => countedSeq);
    const counted = open.length > 0 ? Math.min(...open) : Math.max(0, ...runs.map(({ countedSeq }) => countedSeq));
    for (let from = counted + 1; ; ) {
      const events = entry.log.eventsOf(countedKinds, from, EVENTS_AT_ONCE);
      for (const event of events) this.#handleEvent(entry, event);
      if (events.length < EVENTS_AT_ONCE) return;
      from = events.at(-1)!.seq + 1;
    }
  }

  #handleEvent(entry: SandboxEntry, event: LogEvent): void {
    if (!countedKinds.includes(event.kind)) return;
    const { book } = this.#options;
    if (event.kind === 'call.asked' && event.actor === 'agent' && event.by !== null) this.#see(entry, event);
    for (const run of book.open(entry.id)) {
      const counted = tally(run, event);
      if (counted !== run) book.note(counted);
    }
  }

  /** The first call of an agent that has started no run here begins one. */
  #see(entry: SandboxEntry, event: Extract<LogEvent, { kind: 'call.asked' }>): void {
    const { book, newId, tokenName } = this.#options;
    const token = TokenId.parse(event.by);
    if (book.of(entry.id).some((run) => run.token === token && run.origin !== 'marked')) return;
    const run: StoredRun = {
      id: newId(),
      sandbox: entry.id,
      origin: 'seen',
      token,
      goal: '',
      agent: agentOf(event.data.door),
      door: event.data.door,
      outcome: 'running',
      reason: null,
      cost: null,
      budget: this.#options.budget(entry, token),
      spent: nothingSpent,
      told: {},
      labels: { ...entry.facts.labels },
      traceparent: event.data.traceparent ?? null,
      startedAtUs: event.atUs,
      endedAtUs: null,
      startedAtMs: event.wallMs,
      endedAtMs: null,
      calls: 0,
      errors: 0,
      interventions: 0,
      strip: emptyStrip,
      verdict: null,
      countedSeq: event.seq - 1,
    };
    book.note(run);
    tokenName(token).then(
      (agent) => {
        const known = book.of(entry.id).find(({ id }) => id === run.id);
        if (agent !== undefined && known !== undefined) book.note({ ...known, agent });
      },
      // It keeps the name of its door.
      () => undefined,
    );
  }
}

const agentOf = (door: Door): string => (door === 'native' ? 'agent' : `${door} agent`);
