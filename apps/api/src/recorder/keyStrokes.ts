/**
 * What is told of a keyboard: which key with which others, such as `Ctrl+C` or `Enter`. A character is told as `•` alone: what people type is
 * theirs, and may be a password.
 */
const names: Readonly<Record<number, string>> = {
  65288: 'Backspace',
  65289: 'Tab',
  65056: 'Tab',
  65293: 'Enter',
  65421: 'Enter',
  65307: 'Esc',
  65360: 'Home',
  65361: '←',
  65362: '↑',
  65363: '→',
  65364: '↓',
  65365: 'Page Up',
  65366: 'Page Down',
  65367: 'End',
  65377: 'Print',
  65379: 'Insert',
  65383: 'Menu',
  65535: 'Delete',
};
const modifiers: Readonly<Record<number, string>> = {
  65505: 'Shift',
  65506: 'Shift',
  65507: 'Ctrl',
  65508: 'Ctrl',
  65511: 'Super',
  65512: 'Super',
  65513: 'Alt',
  65514: 'Alt',
  65515: 'Super',
  65516: 'Super',
};
const order = ['Ctrl', 'Alt', 'Super', 'Shift'];
const F1 = 0xffbe;
const F12 = 0xffc9;
export const CHARACTER = '•';

/** One keyboard: remembers which modifiers are down. */
export class KeyStrokes {
  readonly #down = new Map<number, string>();

  /** @returns what was struck; undefined for a key that goes up, a modifier, and what has no name */
  take(keysym: number, down: boolean): string | undefined {
    const modifier = modifiers[keysym];
    if (modifier !== undefined) {
      if (down) this.#down.set(keysym, modifier);
      else this.#down.delete(keysym);
      return undefined;
    }
    if (!down) return undefined;
    const held = new Set(this.#down.values());
    const commands = held.has('Ctrl') || held.has('Alt') || held.has('Super');
    const name = nameOf(keysym);
    if (name === undefined && !(commands && isPlain(keysym))) return isCharacter(keysym) ? CHARACTER : undefined;
    const key = name ?? String.fromCharCode(keysym).toUpperCase();
    return [...order.filter((each) => held.has(each)), key].join('+');
  }

  release(): void {
    this.#down.clear();
  }
}

const nameOf = (keysym: number): string | undefined =>
  keysym >= F1 && keysym <= F12 ? `F${keysym - F1 + 1}` : names[keysym];
const isPlain = (keysym: number): boolean => keysym > 0x20 && keysym < 0x7f;
const isCharacter = (keysym: number): boolean =>
  (keysym >= 0x20 && keysym <= 0xff) || (keysym >= 0x0100_0000 && keysym <= 0x0110_ffff);
