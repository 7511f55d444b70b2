/**
 * The hand of programs inside a sandbox: an agent's own, that move the pointer by themselves (pyautogui, a test driver). X has one pointer
 * and tells where it is, whoever moved it; what another hand has just said of itself is that hand's.
 *
 * resting → (told) → weighing → another hand is at it: waiting until it rests, weighing what was told last
 *                             → it is where a hand has put it: resting
 *                             → else: a mark of ours, waiting EVERY_MS, weighing what was told meanwhile
 */
import type { SandboxLog } from './log.ts';
import { followPointers, PointerTrack } from './pointerTrack.ts';

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly buttons: number;
}

export const programs = { actor: 'agent', by: 'programs', name: 'Agent' } as const;

/** However often a sandbox says something, so many marks are written of it. */
const EVERY_MS = 80;
/** From a hand's mark until what it did has been told: X, the guest, a busy machine. */
const HAND_MS = 400;
/** What X tells of: left, middle, right. */
const TOLD_BUTTONS = 7;

export class ProgramPointer {
  readonly #log: SandboxLog;
  readonly #track: PointerTrack;
  readonly #nowMs: () => number;
  #told: Place | null = null;
  #last: Place | null = null;
  #handAtMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;

  constructor(log: SandboxLog, nowMs: () => number = () => performance.now()) {
    this.#log = log;
    this.#nowMs = nowMs;
    this.#track = new PointerTrack({ log, hand: programs });
    followPointers(log, programs.by, ({ x, y, buttons, key }, { own }) => {
      if (key !== undefined) return;
      this.#last = { x, y, buttons };
      if (!own) this.#handAtMs = this.#nowMs();
    });
  }

  /** In a private moment the hand that is at it is not heard, so nothing can be said of anybody's. */
  see(place: Place): void {
    if (this.#log.capture.phase === 'private') return;
    this.#told = place;
    if (this.#timer === null) this.#weigh();
  }

  #weigh(): void {
    this.#timer = null;
    const told = this.#told;
    if (told === null || this.#log.capture.phase === 'private') return;
    const restMs = this.#handAtMs + HAND_MS - this.#nowMs();
    if (restMs > 0) {
      this.#wait(restMs);
      return;
    }
    this.#told = null;
    const last = this.#last;
    if (last?.x === told.x && last.y === told.y && (last.buttons & TOLD_BUTTONS) === told.buttons) return;
    this.#track.move(told.x, told.y, told.buttons);
    this.#wait(EVERY_MS);
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => this.#weigh(), ms);
    this.#timer.unref();
  }
}

const known = new WeakMap<SandboxLog, ProgramPointer>();

/** One for each log, however often its sandbox is attached to anew. */
export function programPointerOf(log: SandboxLog): ProgramPointer {
  const found = known.get(log) ?? new ProgramPointer(log);
  known.set(log, found);
  return found;
}
