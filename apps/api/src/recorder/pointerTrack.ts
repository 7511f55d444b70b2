/** The track `pointer`: where the hands on a screen are, ten times a second, each press and release and each key at once. */
import { decodePointerMark, encodePointerMark, type PointerMark } from '@sandglass/protocol';
import { type SandboxLog, trackFrame } from './log.ts';

/** A cursor that is drawn ten times a second and glides between is followed as well as a faster one. */
const EVERY_MS = 100;

type Place = Pick<PointerMark, 'x' | 'y' | 'buttons'>;

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
  #kept: Place | null = null;
  #place: Place = { x: 0, y: 0, buttons: 0 };
  #buttons = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: PointerTrackOptions) {
    this.#options = options;
  }

  move(x: number, y: number, buttons: number): void {
    this.#place = { x, y, buttons };
    this.#kept = this.#place;
    if (buttons !== this.#buttons || this.#timer === null) this.#write();
  }

  key(name: string): void {
    this.#append({ ...this.#place, key: name });
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
    this.#append(kept);
  }

  #append(mark: Place & Pick<PointerMark, 'key'>): void {
    const { log, hand } = this.#options;
    try {
      log.appendFrame('pointer', trackFrame.pointer, encodePointerMark({ ...hand, ...mark }));
    } catch {
      // The log was closed meanwhile; what ends it ends the screen too.
      this.close();
    }
  }
}

/** Calls back with the marks of every hand; `own`: of `by`'s. Returns the way to stop. */
export function followPointers(
  log: SandboxLog,
  by: string,
  onMark: (mark: PointerMark, position: { readonly seq: number; readonly own: boolean }) => void,
): () => void {
  return log.onFrame('pointer', (frame) => {
    const mark = decodePointerMark(frame.payload);
    onMark(mark, { seq: frame.seq, own: mark.by === by });
  });
}

/** Further back than this there are keys only. */
const LOOK_BACK = 500;

/** Where the last mark has the pointer; null: nobody has moved it yet. */
export function lastPointerPlace(log: SandboxLog): { readonly x: number; readonly y: number } | null {
  const segment = log.segmentsOf('pointer', 0).at(-1);
  if (segment === undefined) return null;
  let place: { readonly x: number; readonly y: number } | null = null;
  for (const { payload } of log.frames('pointer', Math.max(0, segment.lastSeq - LOOK_BACK))) {
    const { x, y, key } = decodePointerMark(payload);
    if (key === undefined) place = { x, y };
  }
  return place;
}
