/**
 * Names of keys → X keysyms. Agents write them as xdotool does (`Return`, `Page_Down`, `ctrl+shift+t`), as Anthropic's tools do (the same, in
 * any case), or as OpenAI's do (`ENTER`, `ARROWDOWN`, `CMD`): case, spaces, `-` and `_` make no difference, but for single characters.
 */
import { AppError } from '@sandglass/protocol';

const named: Readonly<Record<string, number>> = {
  return: 0xff0d,
  enter: 0xff0d,
  tab: 0xff09,
  escape: 0xff1b,
  esc: 0xff1b,
  backspace: 0xff08,
  delete: 0xffff,
  del: 0xffff,
  insert: 0xff63,
  ins: 0xff63,
  home: 0xff50,
  end: 0xff57,
  left: 0xff51,
  up: 0xff52,
  right: 0xff53,
  down: 0xff54,
  arrowleft: 0xff51,
  arrowup: 0xff52,
  arrowright: 0xff53,
  arrowdown: 0xff54,
  leftarrow: 0xff51,
  uparrow: 0xff52,
  rightarrow: 0xff53,
  downarrow: 0xff54,
  pageup: 0xff55,
  pagedown: 0xff56,
  pgup: 0xff55,
  pgdn: 0xff56,
  pgdown: 0xff56,
  prior: 0xff55,
  next: 0xff56,
  space: 0x20,
  spacebar: 0x20,
  menu: 0xff67,
  contextmenu: 0xff67,
  print: 0xff61,
  printscreen: 0xff61,
  pause: 0xff13,
  capslock: 0xffe5,
  numlock: 0xff7f,
  scrolllock: 0xff14,
  ctrl: 0xffe3,
  control: 0xffe3,
  controll: 0xffe3,
  ctrll: 0xffe3,
  controlr: 0xffe4,
  ctrlr: 0xffe4,
  shift: 0xffe1,
  shiftl: 0xffe1,
  shiftr: 0xffe2,
  alt: 0xffe9,
  altl: 0xffe9,
  option: 0xffe9,
  altr: 0xffea,
  altgr: 0xfe03,
  isolevel3shift: 0xfe03,
  meta: 0xffe7,
  metal: 0xffe7,
  metar: 0xffe8,
  super: 0xffeb,
  superl: 0xffeb,
  superr: 0xffec,
  // A command key's chords are the control key's on this desktop.
  cmd: 0xffe3,
  command: 0xffe3,
  win: 0xffeb,
  windows: 0xffeb,
  plus: 0x2b,
  minus: 0x2d,
  equal: 0x3d,
  comma: 0x2c,
  period: 0x2e,
  dot: 0x2e,
  slash: 0x2f,
  backslash: 0x5c,
  semicolon: 0x3b,
  colon: 0x3a,
  apostrophe: 0x27,
  quoteright: 0x27,
  quotedbl: 0x22,
  grave: 0x60,
  quoteleft: 0x60,
  bracketleft: 0x5b,
  bracketright: 0x5d,
  braceleft: 0x7b,
  braceright: 0x7d,
  parenleft: 0x28,
  parenright: 0x29,
  underscore: 0x5f,
  asciitilde: 0x7e,
  asciicircum: 0x5e,
  asterisk: 0x2a,
  ampersand: 0x26,
  percent: 0x25,
  dollar: 0x24,
  numbersign: 0x23,
  at: 0x40,
  exclam: 0x21,
  question: 0x3f,
  bar: 0x7c,
  less: 0x3c,
  greater: 0x3e,
  kpenter: 0xff8d,
  kpadd: 0xffab,
  kpsubtract: 0xffad,
  kpmultiply: 0xffaa,
  kpdivide: 0xffaf,
  kpdecimal: 0xffae,
  xf86back: 0x1008ff26,
  xf86forward: 0x1008ff27,
  xf86reload: 0x1008ff73,
};

/** Keys that only change what others mean. */
const modifiers = new Set([0xffe1, 0xffe2, 0xffe3, 0xffe4, 0xffe7, 0xffe8, 0xffe9, 0xffea, 0xffeb, 0xffec, 0xfe03]);
export const isModifier = (keysym: number): boolean => modifiers.has(keysym);

/** The keysym of one character, as X counts them: Latin-1 as it is, the rest by its code point. */
export function keysymOf(character: string): number {
  const code = character.codePointAt(0) as number;
  if (code === 0x0a || code === 0x0d) return 0xff0d;
  if (code === 0x09) return 0xff09;
  if (code === 0x08) return 0xff08;
  if (code === 0x1b) return 0xff1b;
  return code < 0x100 ? code : 0x0100_0000 + code;
}

/** @throws AppError badRequest with what is known */
export function parseKey(name: string): number {
  if ([...name].length === 1) return keysymOf(name);
  const plain = name
    .trim()
    .toLowerCase()
    .replace(/[\s_-]/g, '');
  const known = named[plain];
  if (known !== undefined && Object.hasOwn(named, plain)) return known;
  const numbered = /^f([1-9]|[12]\d|3[0-5])$/.exec(plain);
  if (numbered) return 0xffbd + Number(numbered[1]);
  const keypad = /^kp(\d)$/.exec(plain);
  if (keypad) return 0xffb0 + Number(keypad[1]);
  const exact = /^(?:u\+?|0x0?100)([0-9a-f]{4,6})$/.exec(plain);
  if (exact) {
    const code = Number.parseInt(exact[1] as string, 16);
    if (code <= 0x10ffff) return keysymOf(String.fromCodePoint(code));
  }
  throw new AppError(
    'badRequest',
    `There is no key “${name.slice(0, 60)}”. Name keys as xdotool does: Return, Tab, Escape, BackSpace, Delete, Up, Page_Down, F5, space, ctrl, shift, alt, super, or one character; join a chord with +, as in ctrl+shift+t.`,
  );
}

/** Keys that are pressed together, in order; several chords are separated by spaces: `ctrl+a Delete`. */
export type Chord = readonly number[];

const MAX_CHORDS = 256;

/** @throws AppError badRequest */
export function parseChords(text: string): Chord[] {
  const words = text === ' ' ? [' '] : text.trim().split(/\s+/).filter(Boolean);
  if (words.length === 0) throw new AppError('badRequest', 'No key was named. Say for example Return or ctrl+c.');
  if (words.length > MAX_CHORDS) throw tooMany();
  return words.map(parseChord);
}

/** @throws AppError badRequest */
export function repeated(chords: readonly Chord[], times: number): Chord[] {
  if (chords.length * times > MAX_CHORDS) throw tooMany();
  return Array.from({ length: times }, () => chords).flat();
}

const tooMany = () =>
  new AppError('badRequest', `At most ${MAX_CHORDS} keys can be pressed in one call. Use typing for text.`);

/** `ctrl++` is control and plus. @throws AppError badRequest */
function parseChord(word: string): Chord {
  if (word === '+') return [0x2b];
  const names = word.endsWith('++') ? [...word.slice(0, -2).split('+'), '+'] : word.split('+');
  return together(names);
}

/** One chord of keys that are named apart, as OpenAI does. @throws AppError badRequest */
export function together(names: readonly string[]): Chord {
  if (names.length === 0 || names.length > 16 || names.some((name) => name === ''))
    throw new AppError('badRequest', 'A chord is one to sixteen keys, none of them empty, as in ctrl+shift+t.');
  const keysyms = names.map(parseKey);
  // `CTRL`, `C`: with a modifier that is not shift, the letter's own key is meant.
  const lowers = keysyms.some((keysym) => isModifier(keysym) && keysym !== 0xffe1 && keysym !== 0xffe2);
  return keysyms.map((keysym) => (lowers && keysym >= 0x41 && keysym <= 0x5a ? keysym + 0x20 : keysym));
}
