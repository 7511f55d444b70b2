/** How often each rule matched, in each sandbox. Counted in memory; written soon, not with every hit. */
import type { RuleId, SandboxId } from '@sandglass/protocol';
import type { Clock } from '../../lib/clock.ts';
import type { StoredHits } from './store.ts';

const WRITTEN_AFTER_MS = 1_000;

export interface HitCount {
  readonly hits: number;
  readonly lastHitAtMs: number | null;
}

export interface HitCountOptions {
  readonly clock: Clock;
  readonly save: (hits: readonly StoredHits[]) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

export class HitCounts {
  readonly #counts = new Map<RuleId, Map<SandboxId, StoredHits>>();
  readonly #changed = new Map<string, StoredHits>();
  readonly #options: HitCountOptions;
  #callOff: (() => void) | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: HitCountOptions) {
    this.#options = options;
  }

  load(hits: readonly StoredHits[]): void {
    for (const each of hits) this.#put(each);
  }

  add(rule: RuleId, sandbox: SandboxId): void {
    const hits = (this.#counts.get(rule)?.get(sandbox)?.hits ?? 0) + 1;
    const row = { rule, sandbox, hits, lastAtMs: this.#options.clock.now() };
    this.#put(row);
    this.#changed.set(`${rule} ${sandbox}`, row);
    this.#callOff ??= this.#options.clock.at(row.lastAtMs + WRITTEN_AFTER_MS, () => void this.flush());
  }

  /** Of one sandbox, or of all. */
  of(rule: RuleId, sandbox?: SandboxId): HitCount {
    const counts = this.#counts.get(rule);
    const rows =
      sandbox === undefined ? [...(counts?.values() ?? [])] : [counts?.get(sandbox)].filter((row) => row !== undefined);
    if (rows.length === 0) return { hits: 0, lastHitAtMs: null };
    return {
      hits: rows.reduce((sum, row) => sum + row.hits, 0),
      lastHitAtMs: Math.max(...rows.map((row) => row.lastAtMs)),
    };
  }

  forget(rule: RuleId): void {
    this.#counts.delete(rule);
    for (const [key, row] of this.#changed) if (row.rule === rule) this.#changed.delete(key);
  }

  forgetSandbox(sandbox: SandboxId): void {
    for (const counts of this.#counts.values()) counts.delete(sandbox);
    for (const [key, row] of this.#changed) if (row.sandbox === sandbox) this.#changed.delete(key);
  }

  flush(): Promise<void> {
    this.#callOff?.();
    this.#callOff = undefined;
    const rows = [...this.#changed.values()];
    this.#changed.clear();
    if (rows.length > 0)
      this.#writing = this.#writing.then(() => this.#options.save(rows)).catch(this.#options.onError);
    return this.#writing;
  }

  #put(row: StoredHits): void {
    const counts = this.#counts.get(row.rule) ?? new Map<SandboxId, StoredHits>();
    this.#counts.set(row.rule, counts);
    counts.set(row.sandbox, row);
  }
}
