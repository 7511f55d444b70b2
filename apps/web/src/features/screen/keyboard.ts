import { keysymOf, keysymOfCharacter } from './keysyms.ts';

export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly location: number;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  readonly timeStamp: number;
}

/** send: given to the sandbox · paste: the browser's paste event will bring the text first · leave: gives the keyboard back · ignore: the browser's */
export type KeyAnswer = 'send' | 'paste' | 'leave' | 'ignore';

export interface KeyboardOptions {
  readonly send: (keysym: number, down: boolean) => void;
  /** ⌘ is what Ctrl is elsewhere, and macOS says nothing of keys let go while it is held. */
  readonly mac: boolean;
}

const CONTROL_LEFT = 0xffe3;
const V_KEY = 0x76;
/** Windows says AltGr as ControlLeft and AltRight within one stroke. */
const ALTGR_WITHIN_MS = 40;

/** Which keys the sandbox believes are held. What was pressed as one keysym is let go as that keysym, whatever happened between. */
export class Keyboard {
  readonly #options: KeyboardOptions;
  readonly #held = new Map<string, number>();
  #controlAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: KeyboardOptions) {
    this.#options = options;
  }

  down(event: KeyPress): KeyAnswer {
    if (event.key === 'Escape' && event.ctrlKey && event.altKey) return 'leave';
    if (event.key === 'AltGraph') {
      // Its character comes as itself; the sandbox must not see Ctrl+Alt beside it.
      if (event.timeStamp - this.#controlAtMs < ALTGR_WITHIN_MS) this.#release('ControlLeft');
      return 'send';
    }
    if (isPaste(event, this.#options.mac)) return 'paste';
    const keysym = this.#keysymOf(event);
    if (keysym === undefined) return event.key === 'Dead' || event.key === 'Process' ? 'ignore' : 'send';
    if (event.code === 'ControlLeft') this.#controlAtMs = event.timeStamp;
    this.#press(event.code, keysym);
    if (this.#options.mac && event.metaKey && event.key !== 'Meta') this.#release(event.code);
    return 'send';
  }

  up(event: Pick<KeyPress, 'code'>): void {
    this.#release(event.code);
  }

  /** Text that no single key made: an input method's, a dead key's, an emoji picker's. */
  text(text: string): void {
    for (const character of text) {
      const keysym = keysymOfCharacter(character);
      if (keysym === undefined) continue;
      this.#options.send(keysym, true);
      this.#options.send(keysym, false);
    }
  }

  /** A key that is pressed and let go at once. */
  stroke(keysym: number): void {
    this.#options.send(keysym, true);
    this.#options.send(keysym, false);
  }

  /** The V of Ctrl+V, after the clipboard was sent. */
  pasteKey(): void {
    this.stroke(V_KEY);
  }

  releaseAll(): void {
    for (const code of [...this.#held.keys()]) this.#release(code);
  }

  #keysymOf(event: KeyPress): number | undefined {
    if (this.#options.mac && event.key === 'Meta') return CONTROL_LEFT;
    return keysymOf(event);
  }

  #press(code: string, keysym: number): void {
    const before = this.#held.get(code);
    if (before !== undefined && before !== keysym) this.#options.send(before, false);
    this.#held.set(code, keysym);
    this.#options.send(keysym, true);
  }

  #release(code: string): void {
    const keysym = this.#held.get(code);
    if (keysym === undefined) return;
    this.#held.delete(code);
    this.#options.send(keysym, false);
  }
}

function isPaste(event: KeyPress, mac: boolean): boolean {
  return event.key.toLowerCase() === 'v' && (mac ? event.metaKey : event.ctrlKey) && !event.altKey;
}

/** Ctrl+C, Ctrl+X and their terminal forms: the person asked for what the sandbox puts on its clipboard next. */
export function isCopy(event: KeyPress, mac: boolean): boolean {
  const key = event.key.toLowerCase();
  return (key === 'c' || key === 'x') && (mac ? event.metaKey : event.ctrlKey) && !event.altKey;
}
