/** The track `pointer`: where the hands on a screen are, ten times a second, each press and release at once. */
import { decodePointerMark, encodePointerMark, type PointerMark } from '@sandglass/protocol';
import { type SandboxLog, trackFrame } from './log.ts';

/** A cursor that is drawn ten times a second and glides between is followed as well as a faster one. */
const EVERY_MS = 100;

export interface PointerTrackOptions {
  readonly log: SandboxLog;
  readonly hand: Pick<PointerMark, 'actor' | 'by' | 'name'>;
}

/**
 * One hand. Moves within EVERY_MS of the last are kept back, the newest wins:
 * idle → (mark is written) → quiet, for EVERY_MS → (what was kept is written, else) → idle.
 */
export class PointerTrack {
  readonly #options: PointerTrackOptions;
  #kept: Omit<PointerMark, 'actor' | 'by' | 'name'> | null = null;
  #buttons = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: PointerTrackOptions) {
    this.#options = options;
  }

  move(x: number, y: number, buttons: number): void {
    this.#kept = { x, y, buttons };
    if (buttons !== this.#buttons || this.#timer === null) this.#write();
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#kept = null;
  }

  #write(): void {
    const kept = this.#kept;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (kept === null) return;
    this.#kept = null;
    this.#buttons = kept.buttons;
    this.#timer = setTimeout(() => this.#write(), EVERY_MS);
    this.#timer.unref();
    const { log, hand } = this.#options;
    try {
      log.appendFrame('pointer', trackFrame.pointer, encodePointerMark({ ...hand, ...kept }));
    } catch {
      // The log was closed meanwhile; what ends it ends the screen too.
      this.close();
    }
  }
}

/** Calls back with the marks of every hand but `by`'s. Returns the way to stop. */
export function followPointers(
  log: SandboxLog,
  by: string,
  onMark: (mark: PointerMark, seq: number) => void,
): () => void {
  return log.onFrame('pointer', (frame) => {
    const mark = decodePointerMark(frame.payload);
    if (mark.by !== by) onMark(mark, frame.seq);
  });
}
