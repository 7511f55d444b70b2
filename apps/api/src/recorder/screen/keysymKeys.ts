/** A key of RFB (a keysym) as Chromium's developer tools want to be told of it. Pure. */

export interface BrowserKey {
  readonly key: string;
  readonly code: string;
  readonly windowsVirtualKeyCode: number;
  /** What it writes; absent for keys that write nothing. */
  readonly text?: string;
  /** Bit of `modifiers`: it holds for the keys that follow. */
  readonly modifier?: number;
  readonly location?: number;
}

const named: Readonly<Record<number, BrowserKey>> = {
  65288: { key: 'Backspace', code: 'Backspace', windowsVirtualKeyCode: 8 },
  65289: { key: 'Tab', code: 'Tab', windowsVirtualKeyCode: 9 },
  65293: { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, text: '\r' },
  65421: { key: 'Enter', code: 'NumpadEnter', windowsVirtualKeyCode: 13, text: '\r' },
  65307: { key: 'Escape', code: 'Escape', windowsVirtualKeyCode: 27 },
  65360: { key: 'Home', code: 'Home', windowsVirtualKeyCode: 36 },
  65361: { key: 'ArrowLeft', code: 'ArrowLeft', windowsVirtualKeyCode: 37 },
  65362: { key: 'ArrowUp', code: 'ArrowUp', windowsVirtualKeyCode: 38 },
  65363: { key: 'ArrowRight', code: 'ArrowRight', windowsVirtualKeyCode: 39 },
  65364: { key: 'ArrowDown', code: 'ArrowDown', windowsVirtualKeyCode: 40 },
  65365: { key: 'PageUp', code: 'PageUp', windowsVirtualKeyCode: 33 },
  65366: { key: 'PageDown', code: 'PageDown', windowsVirtualKeyCode: 34 },
  65367: { key: 'End', code: 'End', windowsVirtualKeyCode: 35 },
  65379: { key: 'Insert', code: 'Insert', windowsVirtualKeyCode: 45 },
  65535: { key: 'Delete', code: 'Delete', windowsVirtualKeyCode: 46 },
  65505: { key: 'Shift', code: 'ShiftLeft', windowsVirtualKeyCode: 16, modifier: 8, location: 1 },
  65506: { key: 'Shift', code: 'ShiftRight', windowsVirtualKeyCode: 16, modifier: 8, location: 2 },
  65507: { key: 'Control', code: 'ControlLeft', windowsVirtualKeyCode: 17, modifier: 2, location: 1 },
  65508: { key: 'Control', code: 'ControlRight', windowsVirtualKeyCode: 17, modifier: 2, location: 2 },
  65511: { key: 'Meta', code: 'MetaLeft', windowsVirtualKeyCode: 91, modifier: 4, location: 1 },
  65512: { key: 'Meta', code: 'MetaRight', windowsVirtualKeyCode: 92, modifier: 4, location: 2 },
  65513: { key: 'Alt', code: 'AltLeft', windowsVirtualKeyCode: 18, modifier: 1, location: 1 },
  65514: { key: 'Alt', code: 'AltRight', windowsVirtualKeyCode: 18, modifier: 1, location: 2 },
  65515: { key: 'Meta', code: 'MetaLeft', windowsVirtualKeyCode: 91, modifier: 4, location: 1 },
};

const FIRST_F = 65_470;
const UNICODE = 0x100_0000;

/** Undefined for what no page hears of. */
export function browserKeyOf(keysym: number): BrowserKey | undefined {
  const known = named[keysym];
  if (known) return known;
  if (keysym >= FIRST_F && keysym < FIRST_F + 12) {
    const name = `F${keysym - FIRST_F + 1}`;
    return { key: name, code: name, windowsVirtualKeyCode: 112 + keysym - FIRST_F };
  }
  const point = keysym >= UNICODE ? keysym - UNICODE : keysym < 0x100 ? keysym : 0;
  if (point < 0x20 || point > 0x10_ffff || (point >= 0xd800 && point <= 0xdfff)) return undefined;
  const text = String.fromCodePoint(point);
  if (/^[a-z]$/i.test(text)) {
    const upper = text.toUpperCase();
    return { key: text, code: `Key${upper}`, windowsVirtualKeyCode: upper.charCodeAt(0), text };
  }
  if (/^\d$/.test(text)) return { key: text, code: `Digit${text}`, windowsVirtualKeyCode: text.charCodeAt(0), text };
  if (text === ' ') return { key: ' ', code: 'Space', windowsVirtualKeyCode: 32, text };
  return { key: text, code: '', windowsVirtualKeyCode: 0, text };
}
