/** Character sets, as curses draws frames with: which of four slots holds which, and which slot is in use. */
import { openEmulator } from '../emulator.ts';
import { type Charset, type Inner, innerOf } from './inner.ts';

const ASCII = 'B';
const SLOTS = ['(', ')', '*', '+'] as const;
const SELECT = ['\x0f', '\x0e', '\x1bn', '\x1bo'] as const;
/** The letters that xterm knows sets by. */
const NAMES = [...'0A4C5RQKYEZH7=6'];
let names: ReadonlyMap<Charset, string> | undefined;

/** The letter that stands for it in a sequence. */
export function charsetName(charset: Charset): string {
  if (charset === undefined) return ASCII;
  names ??= readNames();
  return names.get(charset) ?? ASCII;
}

/** xterm does not export its sets, but uses the same objects for all terminals. */
function readNames(): ReadonlyMap<Charset, string> {
  const emulator = openEmulator({ columns: 2, rows: 1 }, 0);
  const found = new Map<Charset, string>();
  const { _core } = emulator as unknown as { _core: { writeSync(text: string): void } };
  for (const name of NAMES) {
    _core.writeSync(`\x1b(${name}`);
    const charset = innerOf(emulator)._charsetService._charsets[0];
    if (charset !== undefined && !found.has(charset)) found.set(charset, name);
  }
  emulator.dispose();
  return found;
}

export function drawCharsets({ _charsetService: { _charsets, charset, glevel }, buffers }: Inner): string {
  let out = '';
  for (const [slot, introducer] of SLOTS.entries()) {
    const name = charsetName(_charsets[slot]);
    if (name !== ASCII) out += `\x1b${introducer}${name}`;
  }
  if (glevel !== 0) out += SELECT[glevel];
  // Restoring the cursor brought back another than the slot's, until a slot is selected again.
  if (charset !== _charsets[glevel] && charset === buffers.active.savedCharset) out += '\x1b8';
  return out;
}
