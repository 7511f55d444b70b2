import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Keyboard, type KeyPress } from './keyboard.ts';
import { keysymOf, keysymOfCharacter } from './keysyms.ts';
import { screenPoint, Wheel } from './pointer.ts';

const press = (key: string, rest: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: `Key${key}`,
  location: 0,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  timeStamp: 0,
  ...rest,
});

function keyboard(mac = false) {
  const sent: string[] = [];
  const board = new Keyboard({ mac, send: (keysym, down) => sent.push(`${down ? '+' : '-'}${keysym.toString(16)}`) });
  return { board, sent };
}

describe('keysyms', () => {
  it('knows letters, Unicode, named keys, sides and the number pad', () => {
    expect(keysymOf(press('a'))).toBe(0x61);
    expect(keysymOf(press('ü'))).toBe(0xfc);
    expect(keysymOf(press('€'))).toBe(0x10020ac);
    expect(keysymOf(press('😀'))).toBe(0x101f600);
    expect(keysymOf(press('Enter'))).toBe(0xff0d);
    expect(keysymOf(press('F12'))).toBe(0xffc9);
    expect(keysymOf(press('Shift', { location: 2 }))).toBe(0xffe2);
    expect(keysymOf(press('7', { location: 3 }))).toBe(0xffb7);
    expect(keysymOf(press('Dead'))).toBeUndefined();
    expect(keysymOfCharacter('\u0007')).toBeUndefined();
  });
});

describe('Keyboard', () => {
  it('lets go of what it pressed, whatever the key says by then', () => {
    const { board, sent } = keyboard();
    board.down(press('A', { code: 'KeyA' }));
    board.up({ code: 'KeyA' });
    expect(sent).toEqual(['+41', '-41']);
  });

  it('leaves nothing held after releaseAll', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.constantFrom('a', 'A', 'Shift', 'Control', 'Enter', 'Dead', 'AltGraph'), fc.boolean(), fc.nat(3)),
        ),
        (strokes) => {
          const held = new Map<string, number>();
          const board = new Keyboard({
            mac: false,
            send: (keysym, down) => {
              const name = keysym.toString(16);
              held.set(name, down ? 1 : 0);
            },
          });
          for (const [key, down, code] of strokes) {
            if (down) board.down(press(key, { code: `c${code}` }));
            else board.up({ code: `c${code}` });
          }
          board.releaseAll();
          expect([...held.values()].every((count) => count === 0)).toBe(true);
        },
      ),
    );
  });

  it('gives the keyboard back on Ctrl+Alt+Esc and waits for the text of a paste', () => {
    const { board, sent } = keyboard();
    expect(board.down(press('Escape', { ctrlKey: true, altKey: true }))).toBe('leave');
    expect(board.down(press('v', { ctrlKey: true }))).toBe('paste');
    expect(sent).toEqual([]);
    board.pasteKey();
    expect(sent).toEqual(['+76', '-76']);
  });

  it('takes back the Control that AltGr brings on Windows', () => {
    const { board, sent } = keyboard();
    board.down(press('Control', { code: 'ControlLeft', location: 1, timeStamp: 5 }));
    board.down(press('AltGraph', { code: 'AltRight', location: 2, timeStamp: 6 }));
    board.down(press('€', { code: 'KeyE' }));
    expect(sent).toEqual(['+ffe3', '-ffe3', '+10020ac']);
  });

  it('takes ⌘ for Control and does not wait for a key-up that macOS never sends', () => {
    const { board, sent } = keyboard(true);
    board.down(press('Meta', { code: 'MetaLeft', location: 1, metaKey: true }));
    board.down(press('c', { code: 'KeyC', metaKey: true }));
    board.up({ code: 'MetaLeft' });
    expect(sent).toEqual(['+ffe3', '+63', '-63', '-ffe3']);
  });

  it('types text that no key made', () => {
    const { board, sent } = keyboard();
    board.text('日\n');
    expect(sent).toEqual(['+10065e5', '-10065e5', '+ff0d', '-ff0d']);
  });
});

describe('pointer', () => {
  it('finds the point under a scaled picture and maps the buttons', () => {
    const box = { left: 100, top: 50, width: 640, height: 400 };
    const size = { width: 1280, height: 800 };
    expect(screenPoint({ clientX: 420, clientY: 250, buttons: 2 }, box, size)).toEqual({ x: 640, y: 400, buttons: 4 });
    expect(screenPoint({ clientX: 0, clientY: 9_999, buttons: 4 }, box, size)).toEqual({ x: 0, y: 799, buttons: 2 });
  });

  it('turns wheel movement into clicks, keeping the rest', () => {
    const wheel = new Wheel();
    expect(wheel.turn({ deltaX: 0, deltaY: 120, deltaMode: 0 })).toEqual([16, 16]);
    expect(wheel.turn({ deltaX: 0, deltaY: 40, deltaMode: 0 })).toEqual([]);
    expect(wheel.turn({ deltaX: -60, deltaY: 40, deltaMode: 0 })).toEqual([16, 32]);
    expect(wheel.turn({ deltaX: 0, deltaY: -3, deltaMode: 1 })).toEqual([]);
    expect(wheel.turn({ deltaX: 0, deltaY: -100_000, deltaMode: 0 })).toHaveLength(8);
  });
});
