/** What one agent holds of a screen: a pointer and a keyboard. It moves as a person's does, and the console draws it as the agent's. */
import type { SandboxId } from '@sandglass/protocol';
import { KeyStrokes } from '../../recorder/keyStrokes.ts';
import { followPointers, PointerTrack } from '../../recorder/pointerTrack.ts';
import type { Caller, ScreenInput, Services } from '../../services.ts';
import { type Chord, isModifier, keysymOf } from './keyNames.ts';
import type { Pause } from './pause.ts';
import type { Point } from './scale.ts';

/** RFB's bits. */
export const buttonMask = { left: 1, middle: 2, right: 4, back: 128 } as const;
export type MouseButton = keyof typeof buttonMask;
const wheel = { up: 8, down: 16, left: 32, right: 64 } as const;
export type Direction = keyof typeof wheel;

/** Toolkits want to see the pointer arrive before it presses, and a press before it ends. */
const STEP_MS = 15;
const DRAG_STEPS = 12;
/** X takes more at once; slow programs lose keys. */
const KEYS_AT_ONCE = 16;
const INSERT = 0xff63;
const SHIFT = 0xffe1;
/** From the paste to the program's having asked for the text, on a busy machine. */
const PASTE_MS = 120;

export interface HandOptions {
  readonly services: Pick<Services, 'screens' | 'sandboxes'>;
  readonly caller: Caller;
  readonly sandbox: SandboxId;
  /** Which hand, for who draws it. */
  readonly by: string;
  /** Where the pointer is before this hand has moved it. */
  readonly startsAt: Point;
  readonly pause: Pause;
}

export class Hand {
  readonly #options: HandOptions;
  readonly #track: PointerTrack;
  readonly #stopFollowing: () => void;
  #input: Promise<ScreenInput> | undefined;
  #at: Point;
  #buttons = 0;

  constructor(options: HandOptions) {
    this.#options = options;
    const { by, caller, sandbox, services, startsAt } = options;
    this.#at = startsAt;
    const log = services.sandboxes.log(sandbox);
    this.#track = new PointerTrack({ log, hand: { actor: caller.actor, by, name: 'Agent' } });
    // X has one pointer: where another hand put it is where it is.
    this.#stopFollowing = followPointers(log, by, ({ x, y, key }, { own }) => {
      if (!own && key === undefined) this.#at = { x, y };
    });
  }

  get at(): Point {
    return this.#at;
  }

  async move(to: Point): Promise<void> {
    await this.#point(to, this.#buttons);
  }

  async press(button: MouseButton): Promise<void> {
    await this.#point(this.#at, this.#buttons | buttonMask[button]);
  }

  async lift(button: MouseButton): Promise<void> {
    await this.#point(this.#at, this.#buttons & ~buttonMask[button]);
  }

  async click(button: MouseButton, times: number): Promise<void> {
    for (let n = 0; n < times; n++) {
      await this.press(button);
      await this.lift(button);
    }
  }

  /** Along the points, pressed from the first to the last. */
  async drag(path: readonly Point[]): Promise<void> {
    const [first, ...rest] = path;
    if (first === undefined) return;
    await this.move(first);
    await this.press('left');
    try {
      for (const to of rest) await this.#glide(to);
    } finally {
      await this.lift('left');
    }
  }

  async scroll(direction: Direction, notches: number): Promise<void> {
    for (let n = 0; n < notches; n++) {
      await this.#point(this.#at, this.#buttons | wheel[direction]);
      await this.#point(this.#at, this.#buttons & ~wheel[direction]);
    }
  }

  async chord(keys: Chord): Promise<void> {
    await this.holding(keys, async () => {});
  }

  /** Keys down in order, then the work, then up in the opposite order, whatever happens. */
  async holding(keys: Chord, work: () => Promise<void>): Promise<void> {
    const input = await this.#open();
    const down: number[] = [];
    const strokes = new KeyStrokes();
    try {
      for (const key of keys) {
        input.key(key, true);
        down.push(key);
        const struck = strokes.take(key, true);
        if (struck !== undefined) this.#track.key(struck);
        if (isModifier(key)) await this.#options.pause(STEP_MS);
      }
      await work();
    } finally {
      for (const key of down.reverse()) input.key(key, false);
      await this.#options.pause(STEP_MS);
    }
  }

  /**
   * Plain characters are typed. For the others X has no keys, and room for only a few more: a line that holds one is pasted, by Shift+Insert,
   * which terminals, toolkits and browsers alike take for it.
   */
  async type(text: string): Promise<void> {
    const input = await this.#open();
    let sent = 0;
    for (const part of text.replace(/\r\n?/g, '\n').split(/(\n)/)) {
      if (part === '') continue;
      if (!/[^\t\n\x20-\x7e]/.test(part)) {
        for (const character of part) {
          input.key(keysymOf(character), true);
          input.key(keysymOf(character), false);
          if (++sent % KEYS_AT_ONCE === 0) await this.#options.pause(STEP_MS);
        }
        continue;
      }
      const shown = part.replace(/[\x00-\x08\x0b-\x1f\x7f]/g, '');
      await this.#options.pause(STEP_MS);
      input.clipboard(shown);
      await this.chord([SHIFT, INSERT]);
      await this.#options.pause(PASTE_MS);
    }
    await this.#options.pause(STEP_MS);
  }

  /** Lets go of everything. It may be used again. */
  async release(): Promise<void> {
    const input = this.#input;
    this.#input = undefined;
    this.#buttons = 0;
    await input?.then(
      (opened) => opened.release(),
      () => {},
    );
  }

  async close(): Promise<void> {
    this.#stopFollowing();
    this.#track.close();
    await this.release();
  }

  async #glide(to: Point): Promise<void> {
    const from = this.#at;
    for (let n = 1; n <= DRAG_STEPS; n++) {
      const x = Math.round(from.x + ((to.x - from.x) * n) / DRAG_STEPS);
      const y = Math.round(from.y + ((to.y - from.y) * n) / DRAG_STEPS);
      await this.#point({ x, y }, this.#buttons);
    }
  }

  async #point(to: Point, buttons: number): Promise<void> {
    const input = await this.#open();
    this.#at = to;
    this.#buttons = buttons;
    input.pointer(to.x, to.y, buttons);
    this.#track.move(to.x, to.y, buttons);
    await this.#options.pause(STEP_MS);
  }

  #open(): Promise<ScreenInput> {
    const { services, caller, sandbox } = this.#options;
    this.#input ??= services.screens.input(caller, sandbox).catch((error: unknown) => {
      this.#input = undefined;
      throw error;
    });
    return this.#input;
  }
}
