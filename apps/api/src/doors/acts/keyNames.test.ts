import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keysymOf, parseChords, parseKey, together } from './keyNames.ts';

describe('names of keys', () => {
  it.each([
    ['Return', 0xff0d],
    ['ENTER', 0xff0d],
    ['Page_Down', 0xff56],
    ['PAGEDOWN', 0xff56],
    ['page down', 0xff56],
    ['ArrowLeft', 0xff51],
    ['F5', 0xffc2],
    ['f12', 0xffc9],
    ['KP_0', 0xffb0],
    ['Control_L', 0xffe3],
    ['CMD', 0xffe3],
    ['super', 0xffeb],
    ['space', 0x20],
    ['+', 0x2b],
    ['a', 0x61],
    ['ü', 0xfc],
    ['€', 0x0100_20ac],
    ['U20AC', 0x0100_20ac],
    ['😀', 0x0101_f600],
  ])('%s', (name, keysym) => {
    expect(parseKey(name)).toBe(keysym);
  });

  it('that are unknown are refused with an example of how to say it', () => {
    for (const name of ['hyper', 'constructor', '__proto__', 'F99', 'Uffffff', 'ctrl c'])
      expect(() => parseKey(name)).toThrow('Name keys as xdotool does');
  });

  it('any single character is its own key', () => {
    const character = fc.integer({ min: 1, max: 0x10_ffff }).map((code) => String.fromCodePoint(code));
    fc.assert(fc.property(character, (one) => parseKey(one) === keysymOf(one)));
  });
});

describe('chords', () => {
  it('are joined by a plus, and follow each other after a space', () => {
    expect(parseChords('ctrl+a Delete')).toEqual([[0xffe3, 0x61], [0xffff]]);
    expect(parseChords('ctrl++')).toEqual([[0xffe3, 0x2b]]);
    expect(parseChords('+')).toEqual([[0x2b]]);
    expect(parseChords(' ')).toEqual([[0x20]]);
  });

  it('mean the key of a letter, not its capital, but with shift', () => {
    expect(together(['CTRL', 'C'])).toEqual([0xffe3, 0x63]);
    expect(together(['SHIFT', 'A'])).toEqual([0xffe1, 0x41]);
  });

  it('that say nothing, or too much, are refused', () => {
    for (const text of ['', '   ', 'ctrl+', '+a', 'a '.repeat(300)]) expect(() => parseChords(text)).toThrow();
  });
});
