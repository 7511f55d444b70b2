/** What is drawn of a terminal is that terminal: now, and after whatever comes next. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { terminalState, writeNow } from '../../../../test/terminalState.ts';
import { type Emulator, openEmulator } from '../emulator.ts';
import { drawTerminal } from './drawTerminal.ts';

type Size = readonly [columns: number, rows: number];
type Step = string | Size;

const open = ([columns, rows]: Size) => openEmulator({ columns, rows }, 200);

function take(terminal: Emulator, step: Step): void {
  if (typeof step === 'string') writeNow(terminal, step);
  else terminal.resize(step[0], step[1]);
}

/** Draws the terminal after `before`, then lets both go on. */
function compare(size: Size, before: readonly Step[], after: readonly Step[]): void {
  const live = open(size);
  for (const step of before) take(live, step);
  const drawn = open([live.cols, live.rows]);
  writeNow(drawn, drawTerminal(live, ''));
  try {
    expect(terminalState(drawn)).toEqual(terminalState(live));
    for (const step of after) {
      take(live, step);
      take(drawn, step);
      expect(terminalState(drawn)).toEqual(terminalState(live));
    }
  } finally {
    live.dispose();
    drawn.dispose();
  }
}

test.each<[what: string, size: Size, before: readonly Step[], after: readonly Step[]]>([
  ['a full row, and the cursor past it', [4, 2], ['abcd'], ['e']],
  ['the cursor past an edge whose row was erased', [4, 2], ['abcd\x1b[1K'], ['e']],
  ['the cursor past the edge, taken along to the other screen', [2, 1], ['ab\x1b[?1049h'], ['c']],
  ['the cursor past an edge of the other screen that was erased', [4, 3], ['\x1b[?1049h\x1b[44mabcd\x1b[2K'], ['e']],
  ['the cursor past the edge by two marks', [3, 2], ['abc\x1b[m\u0301\u0301'], ['d']],
  ['a mark that stands alone', [5, 2], ['ab\x1b[C\u0301\x1b[m\u0301'], ['c']],
  ['a mark that joins what was printed last', [5, 2], ['abe'], ['\u0301']],
  ['the same while printing inserts', [5, 2], ['abcd\x1b[1;2H\x1b[4he'], ['\u0301x']],
  ['a character repeated', [5, 2], ['漢'], ['\x1b[2b']],
  ['a wide character that did not fit', [3, 3], ['\x1b[44ma漢字'], ['x', [6, 3]]],
  ['a line that goes on after its end was erased', [4, 3], ['abcdefg\x1b[1;3H\x1b[K\x1b[3;1H'], [[8, 3]]],
  ['the same in one row', [4, 1], ['abcdefg\r\x1b[Kx'], [[8, 1]]],
  ['a first line that goes on from one that is gone', [4, 2], ['abcdefgh\x1b[3J\r\n\x1b[3J', 'ijklm\x1b[3J'], [[6, 2]]],
  ['lines that go on in the other screen', [4, 4], ['\x1b[?1049habcdefghi\x1b[2;2H\x1b[K\x1b[1;1H\x1bM'], ['x']],
  ['a background that scrolled in', [6, 2], ['\x1b[41mred\r\n\n\x1b[m\r\n\x1b[42mgreen wraps'], ['\n']],
  [
    'looks',
    [60, 2],
    ['\x1b[1;2mboth\x1b[22;4:3;58;5;9mcurly\x1b[0;38;5;3mthree\x1b[33mthree\x1b[53;9;38;2;1;2;3mrgb'],
    [],
  ],
  ['what erasing by choice passes by', [9, 2], ['\x1b[1"qkept\x1b[0"qgone'], ['\x1b[?2K']],
  ['a saved cursor', [8, 3], ['ab\x1b[31m\x1b7\x1b[m\r\ncd'], ['\x1b8x']],
  ['a saved cursor whose row scrolled off', [8, 3], ['ab\x1b7\r\n1\r\n2\r\n3\r\n4'], [[8, 6], '\x1b8x']],
  ['what the other screen saved', [8, 3], ['\x1b[?1049h\x1b[2;3H\x1b7\x1b[?1049l'], ['\x1b[?1049h\x1b8x']],
  ['the cursor of the screen below', [8, 3], ['one\r\ntwo\x1b[?1049hthree'], ['\x1b[?1049lx']],
  [
    'margins, also of the screen below',
    [8, 5],
    ['\x1b[2;4r\x1b[3;1H\x1b[?1047h\x1b[1;2r'],
    ['\n\n\n', '\x1b[?1047l\n\n\n'],
  ],
  ['rows counted from the margins', [8, 5], ['\x1b[2;4r\x1b[?6h\x1b[2;3Hx'], ['\x1b[3;1Hy']],
  [
    'rows counted from the margins, the cursor above them',
    [8, 5],
    ['\x1b[3;4r\x1b[?6h\x1b[?1047h\x1b[1;1H\x1b[?1047l'],
    ['y'],
  ],
  ['tab stops', [20, 2], ['\x1b[3g\x1b[5G\x1bH\x1b[12G\x1bH\r'], ['\tx\tx']],
  ['character sets', [20, 2], ['\x1b(0qx\x1b)A\x0e#\x0fq'], ['q\x0e#\x1b(Bq\x0fq']],
  ['a character set that a restored cursor brought back', [20, 2], ['\x1b7\x1b(0q\x1b8q'], ['q\x0fq']],
  [
    'modes',
    [20, 2],
    ['\x1b[?1h\x1b=\x1b[?2004h\x1b[4h\x1b[?45h\x1b[?1004h\x1b[20h\x1b[?25l\x1b[?1003h\x1b[?1006h\x1b[3 q'],
    [],
  ],
  ['characters as wide as a viewer draws them', [20, 2], ['😀a\x1b[1D'], ['b']],
  ['the other screen, narrowed', [9, 2], ['\x1b[?1049habcdefghi', [4, 2], 'x'], [[9, 2]]],
  ['half a wide character at a new edge', [6, 2], ['\x1b[?1049hab漢', [3, 2]], ['x', [6, 2]]],
  ['the other screen, which has no history, after a higher one', [4, 3], [[4, 1], '\x1b[?1049habcdef'], ['\n']],
])('%s', (_, size, before, after) => compare(size, before, after));

/** Without those that leave what cannot be drawn: half a wide character moved by an insertion, a row scrolled under a cursor past its edge. */
const sequences = fc.constantFrom(
  ...'\r\n|\n|\r|\b|\t|漢字|e\u0301|\u0301|😀|\x1b7|\x1b8|\x1bM|\x1bc|\x1b(0|\x1b(B|\x0e|\x0f'.split('|'),
  ...'31m|44m|7;4m|m|?1049h|?1049l|?1047h|?1047l|5;5H|2;2H|2J|H|J|3J|K|1K|2K|X|2P|L|M|2;4r|?6h|3b|!p'
    .split('|')
    .map((sequence) => `\x1b[${sequence}`),
  'line\r\n'.repeat(12),
);
const columns = fc.oneof(fc.integer({ min: 2, max: 8 }), fc.integer({ min: 2, max: 90 }));
const rows = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 30 }));
const size = fc.tuple(columns, rows);
const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: sequences },
    { weight: 4, arbitrary: fc.string({ unit: 'grapheme', maxLength: 30 }) },
    { weight: 1, arbitrary: size },
  ),
  { maxLength: 20 },
);

test('any terminal', { timeout: 30_000 }, () => {
  fc.assert(fc.property(size, steps, steps, compare), { numRuns: 100 });
});
