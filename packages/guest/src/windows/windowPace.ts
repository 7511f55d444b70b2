/**
 * When to look at the windows again after something changed. Pure.
 *
 * what changed               told
 * a window came, went or     a moment later, so that a new window already has its title; at most four times a second,
 * got the keyboard            and once a second when that goes on
 * a title                    likewise a few times, then every two seconds: one that counts, spins or animates says no more
 */
export type WindowNews = 'windows' | 'title';

/** Programs map a window first and name it then. */
const SETTLE_MS = 120;
const APART_MS = 250;
/** What may come at once, and how often when it goes on. */
const limits = {
  windows: { burst: 20, everyMs: 1_000 },
  title: { burst: 4, everyMs: 2_000 },
} as const satisfies Record<WindowNews, unknown>;

export class WindowPace {
  #toldAtMs = Number.NEGATIVE_INFINITY;
  /** Until then what was told is paid for; further ahead than the burst, news waits. */
  readonly #paidMs: Record<WindowNews, number> = { windows: 0, title: 0 };

  lookAtMs(news: WindowNews, nowMs: number): number {
    const { burst, everyMs } = limits[news];
    return Math.max(nowMs + SETTLE_MS, this.#toldAtMs + APART_MS, this.#paidMs[news] - (burst - 1) * everyMs);
  }

  told(news: WindowNews, nowMs: number): void {
    this.#toldAtMs = nowMs;
    this.#paidMs[news] = Math.max(nowMs, this.#paidMs[news]) + limits[news].everyMs;
  }
}
