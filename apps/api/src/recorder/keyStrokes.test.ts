import { expect, it } from 'vitest';
import { KeyStrokes } from './keyStrokes.ts';

const [CTRL, SHIFT, ALT_GR] = [0xffe3, 0xffe1, 0xfe03];
const press = (keys: KeyStrokes, ...keysyms: number[]) => keysyms.map((keysym) => keys.take(keysym, true));

it('names keys with what is held down, and lets go of it', () => {
  const keys = new KeyStrokes();
  expect(press(keys, CTRL, 0x63, SHIFT, 0xff0d, 0xffc2)).toEqual([
    undefined,
    'Ctrl+C',
    undefined,
    'Ctrl+Shift+Enter',
    'Ctrl+Shift+F5',
  ]);
  keys.take(CTRL, false);
  keys.take(SHIFT, false);
  expect(press(keys, 0xff1b)).toEqual(['Esc']);
  expect(keys.take(0xff1b, false)).toBeUndefined();
  press(keys, CTRL);
  keys.release();
  expect(press(keys, 0xff09)).toEqual(['Tab']);
});

it('tells of a character that there was one, never which', () => {
  const keys = new KeyStrokes();
  const typed = [...'hünter2 €ß'].map((sign) => {
    const point = sign.codePointAt(0)!;
    return keys.take(point > 0xff ? 0x0100_0000 + point : point, true);
  });
  expect(new Set(typed)).toEqual(new Set(['•']));
  expect(press(keys, SHIFT, 0x41)).toEqual([undefined, '•']);
  expect(press(keys, ALT_GR, 0x40)).toEqual([undefined, '•']);
});
