/** One act on many sandboxes: a few at a time, each with its own result. */
import type { Sandbox, SandboxId } from '@sandglass/protocol';
import { describeFailure } from '../../platform/errors.ts';
import { isEnded } from '../../platform/status.ts';
import { Model } from '../../platform/store.ts';

export type Verb = 'pause' | 'continue' | 'freeze' | 'thaw' | 'checkpoint' | 'kill';

export type Outcome =
  | { readonly phase: 'waiting' | 'working' | 'done' | 'cancelled' }
  /** It makes no sense for this one, and nothing was asked. */
  | { readonly phase: 'skipped'; readonly why: string }
  | { readonly phase: 'failed'; readonly why: string };

export interface BulkItem {
  readonly id: SandboxId;
  readonly name: string;
  readonly outcome: Outcome;
}

export interface BulkState {
  readonly verb: Verb;
  readonly items: readonly BulkItem[];
  readonly phase: 'working' | 'ended';
}

/** Checkpoints and freezes of many at once would only wait for the same disk. */
const AT_ONCE = 4;

/** Why a verb is not for a sandbox as it is; undefined: it is. */
export function unfit(verb: Verb, sandbox: Pick<Sandbox, 'phase' | 'capabilities' | 'gate'>): string | undefined {
  const { phase, capabilities, gate } = sandbox;
  if (isEnded(sandbox)) return 'has ended';
  const paused = gate.mode === 'paused' || gate.mode === 'pausing';
  if (verb === 'pause') return paused ? 'is paused already' : undefined;
  if (verb === 'continue') return paused || gate.heldCalls > 0 ? undefined : 'is not paused';
  // A pause freezes and its end thaws: neither is undone by half.
  if (paused && (verb === 'freeze' || verb === 'thaw')) return 'is paused';
  if (verb === 'freeze') {
    if (capabilities.freeze === 'none') return 'its driver cannot freeze';
    return phase === 'frozen' ? 'is frozen already' : undefined;
  }
  if (verb === 'thaw') return phase === 'frozen' || phase === 'freezing' ? undefined : 'is not frozen';
  if (verb === 'checkpoint') return capabilities.checkpoint.files === 'none' ? 'its driver keeps none' : undefined;
  return undefined;
}

export class BulkModel extends Model<BulkState | null> {
  readonly #act: (verb: Verb, sandbox: SandboxId) => Promise<void>;
  #run = 0;

  constructor(act: (verb: Verb, sandbox: SandboxId) => Promise<void>) {
    super(null);
    this.#act = act;
  }

  /** Resolves when each has its result. One act at a time: a second is refused while the first works. */
  async start(verb: Verb, sandboxes: readonly Sandbox[]): Promise<void> {
    if (this.state?.phase === 'working') return;
    const run = ++this.#run;
    const items = sandboxes.map((sandbox): BulkItem => {
      const why = unfit(verb, sandbox);
      const outcome: Outcome = why === undefined ? { phase: 'waiting' } : { phase: 'skipped', why };
      return { id: sandbox.id, name: sandbox.name, outcome };
    });
    this.set({ verb, items, phase: 'working' });
    const worker = async () => {
      for (let next = this.#next(run); next !== undefined; next = this.#next(run)) {
        this.#note(run, next, { phase: 'working' });
        this.#note(run, next, await this.#try(verb, next));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    if (run === this.#run && this.state) this.set({ ...this.state, phase: 'ended' });
  }

  /** What has not begun will not; what has goes on to its end. */
  cancel(): void {
    if (!this.state) return;
    const items = this.state.items.map((item) =>
      item.outcome.phase === 'waiting' ? { ...item, outcome: { phase: 'cancelled' } as const } : item,
    );
    this.set({ ...this.state, items });
  }

  dismiss(): void {
    if (this.state?.phase === 'working') return;
    this.#run++;
    this.set(null);
  }

  #next(run: number): SandboxId | undefined {
    if (run !== this.#run) return undefined;
    return this.state?.items.find((item) => item.outcome.phase === 'waiting')?.id;
  }

  async #try(verb: Verb, sandbox: SandboxId): Promise<Outcome> {
    try {
      await this.#act(verb, sandbox);
      return { phase: 'done' };
    } catch (error) {
      return { phase: 'failed', why: describeFailure(error).detail };
    }
  }

  #note(run: number, id: SandboxId, outcome: Outcome): void {
    if (run !== this.#run || !this.state) return;
    this.set({ ...this.state, items: this.state.items.map((item) => (item.id === id ? { ...item, outcome } : item)) });
  }
}

export function countOutcomes({ items }: BulkState) {
  const count = (phase: Outcome['phase']) => items.filter((item) => item.outcome.phase === phase).length;
  return {
    all: items.length,
    done: count('done'),
    failed: count('failed'),
    skipped: count('skipped') + count('cancelled'),
    left: count('waiting') + count('working'),
  };
}
