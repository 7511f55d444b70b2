/** Knows from a sandbox's log how large its screen is, and when what was done to it has been drawn. */
import type { LogEvent } from '@sandglass/protocol';
import type { SandboxLog } from '../../recorder/log.ts';
import type { Pause } from './pause.ts';
import type { Size } from './scale.ts';

/** The log has ten states of a screen a second: a change shows within this. */
const FIRST_MS = 150;
const QUIET_MS = 250;
/** What moves by itself never rests: a page that loads, a clock with seconds. */
const AT_MOST_MS = 2_000;
const LOOK_MS = 50;
const kinds = ['screen.opened', 'screen.resized'] as const;

export class ScreenWatch {
  readonly #pause: Pause;
  readonly #stops: (() => void)[];
  #size: Size | null;
  #changes = 0;
  #changesBefore = 0;

  /** `size` as the sandbox was asked for; null when it has no screen. */
  constructor(log: SandboxLog, size: Size | null, pause: Pause) {
    this.#pause = pause;
    this.#size = size;
    const note = (event: LogEvent) => {
      if (event.kind !== 'screen.opened' && event.kind !== 'screen.resized') return;
      this.#size = { width: event.data.width, height: event.data.height };
    };
    for (let from = 0; ; ) {
      const events = log.eventsOf(kinds, from, 1000);
      events.forEach(note);
      const last = events.at(-1);
      if (last === undefined || events.length < 1000) break;
      from = last.seq + 1;
    }
    this.#stops = [
      log.onEvent(note),
      log.onFrame('screen', () => {
        this.#changes++;
      }),
    ];
  }

  get size(): Size | null {
    return this.#size;
  }

  /** Something is about to be done. */
  begin(): void {
    this.#changesBefore = this.#changes;
  }

  /** Resolves when the screen rests, or will not. */
  async untilQuiet(signal?: AbortSignal): Promise<void> {
    await this.#pause(FIRST_MS, signal);
    // Nothing was drawn: give a slow program one more moment to begin.
    if (this.#changes === this.#changesBefore) await this.#pause(FIRST_MS, signal);
    let quietMs = 0;
    for (let waitedMs = 0; waitedMs < AT_MOST_MS && quietMs < QUIET_MS; waitedMs += LOOK_MS) {
      const before = this.#changes;
      await this.#pause(LOOK_MS, signal);
      quietMs = this.#changes === before ? quietMs + LOOK_MS : 0;
    }
  }

  close(): void {
    for (const stop of this.#stops) stop();
  }
}
