import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TerminalBoundary } from './terminalBoundary.ts';
import { decodeResize, decodeStoredTerminal, encodeResize, encodeStoredTerminal } from './terminalFrames.ts';
import { TerminalModes } from './terminalModes.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('terminal boundary', () => {
  const pieces = [
    'a',
    'é',
    '漢',
    '😀',
    '\x1b[1;31m',
    '\x1b]0;title\x07',
    '\x1b]2;t\x1b\\',
    '\x1bP1$r0m\x1b\\',
    '\x1b(B',
    '\x1b7',
    '\r\n',
    '\x1b[?25l',
  ];

  test('is clean between pieces and nowhere else', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 20 }), (list) => {
        const boundary = new TerminalBoundary();
        for (const piece of list) {
          const encoded = bytes(piece);
          for (const [i, byte] of encoded.entries()) {
            boundary.push(Uint8Array.of(byte));
            const isWhole = i === encoded.length - 1 || piece === '\r\n';
            expect(boundary.isClean).toBe(isWhole);
          }
        }
      }),
    );
  });

  test('comes back from rubbish', () => {
    const boundary = new TerminalBoundary();
    boundary.push(Uint8Array.of(0xff, 0xfe, 0x80, 0x80, 0x80));
    boundary.push(bytes('ok'));
    expect(boundary.isClean).toBe(true);
    boundary.push(bytes('\x1b[1;\x18x'));
    expect(boundary.isClean).toBe(true);
  });
});

describe('terminal modes', () => {
  const take = (parts: string[]) => {
    const modes = new TerminalModes();
    for (const part of parts) modes.push(bytes(part));
    const { modes: kept, rest } = modes.take();
    return [new TextDecoder().decode(kept), new TextDecoder().decode(rest)];
  };

  test('keeps what outlives text and drops the rest', () => {
    const text = 'x\x1b[2J\x1b[?1049hy\x1b[31mz\x1b[0m\x1b[1m\x1b[10;10H\x1b]2;vim\x07\x1b[2;5r\x1b(0\x1b7\x1b8';
    expect(take([text])).toEqual(['\x1b[?1049h\x1b]2;vim\x07\x1b[2;5r\x1b(0\x1b[1m', '']);
  });

  test('however it is cut', () => {
    const text = 'abc\x1b[?2004hdef\x1b]0;title\x07ghi\x1b[1;32mjkl';
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 6 }), (cuts) => {
        const ends = [...new Set([...cuts, text.length])].sort((a, b) => a - b);
        expect(take(ends.map((end, i) => text.slice(ends[i - 1] ?? 0, end)))).toEqual(take([text]));
      }),
    );
  });

  test('a sequence that has not ended is handed on', () => {
    expect(take(['text\x1b[?20'])).toEqual(['', '\x1b[?20']);
  });
});

test('sizes and stored states come back', () => {
  expect(decodeResize(encodeResize({ columns: 213, rows: 58 }))).toEqual({ columns: 213, rows: 58 });
  const stored = { seq: 2 ** 40, bytes: 2 ** 41 + 5, columns: 80, rows: 24, drawing: '漢 \x1b[1m' };
  expect(decodeStoredTerminal(encodeStoredTerminal(stored))).toEqual(stored);
  expect(() => decodeStoredTerminal(new Uint8Array(3))).toThrow(RangeError);
});
