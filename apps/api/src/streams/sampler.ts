import type { SandboxId, Stats } from '@sandglass/protocol';

export interface SampleViewer {
  readonly everyMs: number;
  readonly onSample: (stats: Stats) => void;
}

interface Sampled {
  readonly viewers: Map<SampleViewer, number>;
  timer: NodeJS.Timeout | null;
  busy: boolean;
}

/** One sampler a sandbox, however many watch: as often as the most eager viewer asks, and none without a viewer. */
export class StatsSampler {
  readonly #sample: (sandbox: SandboxId) => Promise<Stats>;
  readonly #now: () => number;
  readonly #sampled = new Map<SandboxId, Sampled>();

  constructor(sample: (sandbox: SandboxId) => Promise<Stats>, now: () => number) {
    this.#sample = sample;
    this.#now = now;
  }

  get running(): number {
    return this.#sampled.size;
  }

  /** The first sample comes at once. Returns the way to leave. */
  join(sandbox: SandboxId, viewer: SampleViewer): () => void {
    const sampled = this.#sampled.get(sandbox) ?? { viewers: new Map(), timer: null, busy: false };
    this.#sampled.set(sandbox, sampled);
    sampled.viewers.set(viewer, Number.NEGATIVE_INFINITY);
    this.#rearm(sandbox, sampled);
    void this.#tick(sandbox, sampled);
    return () => {
      if (!sampled.viewers.delete(viewer)) return;
      this.#rearm(sandbox, sampled);
      if (sampled.viewers.size === 0 && this.#sampled.get(sandbox) === sampled) this.#sampled.delete(sandbox);
    };
  }

  #rearm(sandbox: SandboxId, sampled: Sampled): void {
    if (sampled.timer) clearInterval(sampled.timer);
    sampled.timer = null;
    if (sampled.viewers.size === 0) return;
    const everyMs = Math.min(...[...sampled.viewers.keys()].map((viewer) => viewer.everyMs));
    sampled.timer = setInterval(() => void this.#tick(sandbox, sampled), everyMs);
    sampled.timer.unref();
  }

  async #tick(sandbox: SandboxId, sampled: Sampled): Promise<void> {
    if (sampled.busy) return;
    sampled.busy = true;
    // While it is created, frozen half-way or gone there is no answer; the next tick asks again.
    const stats = await this.#sample(sandbox).catch(() => null);
    sampled.busy = false;
    if (stats === null) return;
    const nowMs = this.#now();
    for (const [viewer, lastMs] of [...sampled.viewers]) {
      // A tenth of slack: timers are late by a little, and a viewer should not lose every second sample to that.
      if (nowMs - lastMs < viewer.everyMs * 0.9) continue;
      sampled.viewers.set(viewer, nowMs);
      viewer.onSample(stats);
    }
  }
}
