/** From what a browser says of a key to what X calls it (keysymdef.h). */
const named: Readonly<Record<string, number>> = {
  Backspace: 0xff08,
  Tab: 0xff09,
  Clear: 0xff0b,
  Enter: 0xff0d,
  Pause: 0xff13,
  ScrollLock: 0xff14,
  Escape: 0xff1b,
  Home: 0xff50,
  ArrowLeft: 0xff51,
  ArrowUp: 0xff52,
  ArrowRight: 0xff53,
  ArrowDown: 0xff54,
  PageUp: 0xff55,
  PageDown: 0xff56,
  End: 0xff57,
  PrintScreen: 0xff61,
  Insert: 0xff63,
  Undo: 0xff65,
  ContextMenu: 0xff67,
  Find: 0xff68,
  Cancel: 0xff69,
  Help: 0xff6a,
  Delete: 0xffff,
  AudioVolumeDown: 0x1008ff11,
  AudioVolumeMute: 0x1008ff12,
  AudioVolumeUp: 0x1008ff13,
  BrowserBack: 0x1008ff26,
  BrowserForward: 0x1008ff27,
};

/** Left and right by KeyboardEvent.location 1 and 2. */
const sided: Readonly<Record<string, readonly [number, number]>> = {
  Shift: [0xffe1, 0xffe2],
  Control: [0xffe3, 0xffe4],
  Alt: [0xffe9, 0xffea],
  Meta: [0xffeb, 0xffec],
};

/** Location 3, the number pad, where X has keys of its own. */
const pad: Readonly<Record<string, number>> = {
  Enter: 0xff8d,
  Home: 0xff95,
  ArrowLeft: 0xff96,
  ArrowUp: 0xff97,
  ArrowRight: 0xff98,
  ArrowDown: 0xff99,
  PageUp: 0xff9a,
  PageDown: 0xff9b,
  End: 0xff9c,
  Clear: 0xff9d,
  Insert: 0xff9e,
  Delete: 0xff9f,
  '*': 0xffaa,
  '+': 0xffab,
  ',': 0xffac,
  '-': 0xffad,
  '.': 0xffae,
  '/': 0xffaf,
};

export interface KeyLike {
  readonly key: string;
  readonly location: number;
}

/** The keysym of one character: Latin-1 as it is, everything else as X's Unicode range. */
export function keysymOfCharacter(character: string): number | undefined {
  const code = character.codePointAt(0);
  if (code === undefined) return undefined;
  if (code === 0x0a || code === 0x0d) return named['Enter'];
  if (code === 0x09) return named['Tab'];
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return undefined;
  return code <= 0xff ? code : 0x0100_0000 + code;
}

/** undefined: not a key for the sandbox (a dead key that waits for its letter, AltGraph, CapsLock, an unknown name). */
export function keysymOf(event: KeyLike): number | undefined {
  const { key, location } = event;
  if (location === 3) {
    const digit = /^[0-9]$/.test(key) ? 0xffb0 + Number(key) : pad[key];
    if (digit !== undefined) return digit;
  }
  const pair = sided[key];
  if (pair !== undefined) return pair[location === 2 ? 1 : 0];
  if (named[key] !== undefined) return named[key];
  const f = /^F([1-9]|1[0-9]|2[0-4])$/.exec(key);
  if (f !== null) return 0xffbd + Number(f[1]);
  return [...key].length === 1 ? keysymOfCharacter(key) : undefined;
}
