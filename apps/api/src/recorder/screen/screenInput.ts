/**
 * What people hold down on one screen. X knows one pointer and one keyboard, so buttons are the union of everybody's, and a
 * key goes up when the last one who holds it lets go or leaves.
 */
import type { ScreenInput } from '../../services.ts';
import type { RfbClient } from './rfbClient.ts';

type InputTarget = Pick<RfbClient, 'pointer' | 'key' | 'offerClipboard' | 'resize'>;

export class ScreenInputs {
  readonly #target: () => InputTarget | undefined;
  readonly #people = new Set<Person>();
  #at = { x: 0, y: 0 };

  constructor(target: () => InputTarget | undefined) {
    this.#target = target;
  }

  /** A hand on the pointer and keyboard; `release` when it leaves. */
  open(): ScreenInput {
    const person: Person = { buttons: 0, keys: new Set() };
    return {
      pointer: (x, y, buttons) => {
        this.#people.add(person);
        person.buttons = buttons & 0xff;
        this.#at = { x, y };
        this.#sendPointer();
      },
      key: (keysym, down) => {
        this.#people.add(person);
        if (down) person.keys.add(keysym);
        else person.keys.delete(keysym);
        if (down || !this.#isHeld(keysym)) this.#target()?.key(keysym, down);
      },
      clipboard: (text) => this.#target()?.offerClipboard(text),
      resize: (width, height) => this.#target()?.resize(width, height),
      release: () => this.#release(person),
    };
  }

  #release(person: Person): void {
    if (!this.#people.delete(person)) return;
    for (const keysym of person.keys) if (!this.#isHeld(keysym)) this.#target()?.key(keysym, false);
    person.keys.clear();
    if (person.buttons === 0) return;
    person.buttons = 0;
    this.#sendPointer();
  }

  #sendPointer(): void {
    let buttons = 0;
    for (const person of this.#people) buttons |= person.buttons;
    this.#target()?.pointer(this.#at.x, this.#at.y, buttons);
  }

  #isHeld(keysym: number): boolean {
    for (const person of this.#people) if (person.keys.has(keysym)) return true;
    return false;
  }
}

interface Person {
  buttons: number;
  readonly keys: Set<number>;
}
