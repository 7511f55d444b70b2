/** What a person approved by “all like this”: for the run in which they did, else until somebody forgets it. Kept in the log. */
import type { Alike, LogEvent, RuleId, RuleName, RunId, TokenId } from '@sandglass/protocol';
import { type By, bySystem, type SandboxEntry } from '../sandboxes/entry.ts';

export class AlikeCalls {
  readonly #entry: SandboxEntry;
  readonly #onChange: () => void;
  #all: readonly Alike[] = [];
  #stopWatching: (() => void) | null = null;

  constructor(options: { entry: SandboxEntry; onChange: () => void }) {
    this.#entry = options.entry;
    this.#onChange = options.onChange;
  }

  get all(): readonly Alike[] {
    return this.#all;
  }

  has(name: string, rule: Pick<RuleName, 'id'>): boolean {
    return this.#all.some((one) => one.rule.id === rule.id && one.name === name);
  }

  /** `token`: of whose call it is, and so of whose run. */
  add(approved: { name: string; rule: RuleName; token: TokenId }, by: By): void {
    const { name, rule, token } = approved;
    if (this.has(name, rule)) return;
    const open = openRuns(this.#entry);
    const run = open.findLast((one) => one.by === token) ?? open.at(-1);
    this.#set([...this.#all, { name, rule, run: run?.id ?? null }], by);
  }

  forget(by: By, { rule, name }: { rule?: RuleId; name?: string }): void {
    const isMeant = (one: Alike) => (rule ?? one.rule.id) === one.rule.id && (name ?? one.name) === one.name;
    const left = this.#all.filter((one) => !isMeant(one));
    if (left.length < this.#all.length) this.#set(left, by);
  }

  /** Runs may have ended while no server saw it. */
  restore(alike: readonly Alike[]): void {
    const open = openRuns(this.#entry);
    this.#all = alike.filter(({ run }) => run === null || open.some(({ id }) => id === run));
    this.#watch();
  }

  close(): void {
    this.#stopWatching?.();
    this.#stopWatching = null;
  }

  #set(alike: readonly Alike[], by: By, before = this.#all): void {
    const forgotten = before.filter((one) => !alike.includes(one));
    this.#all = alike;
    this.#watch();
    if (!this.#entry.ended)
      this.#entry.append({
        kind: 'gate.alike',
        actor: by.actor,
        by: by.token,
        data: { alike: [...alike], ...(forgotten.length === 0 ? {} : { forgotten }) },
      });
    this.#onChange();
  }

  #watch(): void {
    if (!this.#all.some(({ run }) => run !== null)) {
      this.close();
      return;
    }
    this.#stopWatching ??= this.#entry.log.onEvent((event) => {
      if (event.kind !== 'run.ended') return;
      const before = this.#all;
      const left = before.filter(({ run }) => run !== event.data.run);
      if (left.length === before.length) return;
      // At once it counts no more; it is written behind the event that it follows.
      this.#all = left;
      queueMicrotask(() => this.#set(left, bySystem, before));
    });
  }
}

const AT_ONCE = 1_000;

function openRuns({ log }: SandboxEntry): { id: RunId; by: string | null }[] {
  const open = new Map<RunId, string | null>();
  for (let from = 0; ; ) {
    const events: LogEvent[] = log.eventsOf(['run.started', 'run.ended'], from, AT_ONCE);
    for (const event of events)
      if (event.kind === 'run.started') open.set(event.data.run, event.by);
      else if (event.kind === 'run.ended') open.delete(event.data.run);
    const last = events.at(-1);
    if (!last || events.length < AT_ONCE) return [...open].map(([id, by]) => ({ id, by }));
    from = last.seq + 1;
  }
}
