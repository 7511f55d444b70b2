import { MINIATURE_COLUMNS, MINIATURE_ROWS, Miniature } from '@sandglass/protocol';
import headless from '@xterm/headless';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCells } from './cells.ts';

async function shown(text: string | Uint8Array, columns = 40, rows = 6) {
  const terminal = new headless.Terminal({
    cols: columns,
    rows,
    allowProposedApi: true,
    scrollback: 0,
    logLevel: 'off',
  });
  await new Promise<void>((resolve) => terminal.write(text, resolve));
  const cells = readCells(terminal);
  terminal.dispose();
  return cells;
}

const texts = ({ lines }: Awaited<ReturnType<typeof shown>>) =>
  lines.map((runs) => runs.map(({ text }) => text).join(''));

test('text, colours and the cursor; empty ends are left out', async () => {
  const cells = await shown('plain \x1b[31mred\x1b[0m \x1b[38;2;1;2;3;1mexact\x1b[0m\r\n\x1b[44;4mbar\x1b[0m\r\n$ ');
  expect(cells.lines).toEqual([
    [
      { text: 'plain ' },
      { text: 'red', foreground: 1 },
      { text: ' ' },
      { text: 'exact', foreground: 0x1010203, bold: true },
    ],
    [{ text: 'bar', background: 4, underline: true }],
    [{ text: '$' }],
  ]);
  expect(cells).toMatchObject({ columns: 40, rows: 6, cursor: { column: 2, row: 2 } });
});

test('of a large terminal the end of what is on it', async () => {
  const lines = Array.from({ length: 60 }, (_, i) => `${i}${'x'.repeat(200)}`).join('\r\n');
  const cells = await shown(lines, 250, 60);
  expect(cells.lines).toHaveLength(MINIATURE_ROWS);
  expect(texts(cells).at(-1)).toMatch(/^59x+$/);
  expect(texts(cells)[0]).toHaveLength(MINIATURE_COLUMNS);
});

describe('hostile output', () => {
  test('nothing but visible characters comes through', async () => {
    const cells = await shown('a\u202eb\u200bc\u2066d\ufeff\u{e0041}e\x1b]0;title\x07\x1b[8mhidden\x1b[0m<b>&amp;', 80);
    expect(texts(cells)[0]).not.toMatch(/\p{Cf}|\p{Cc}|hidden/u);
    expect(texts(cells)[0]).toContain('<b>&amp;');
  });

  test('a thousand marks on one character are cut', async () => {
    const cells = await shown(`a${'\u0301'.repeat(2_000)}b`);
    expect(texts(cells)[0]!.length).toBeLessThan(20);
  });

  test('a picture of coloured blocks stays small', async () => {
    const line = Array.from({ length: 130 }, (_, i) => `\x1b[48;2;${i};${255 - i};7m `).join('');
    const cells = await shown(Array.from({ length: 40 }, () => line).join('\r\n'), 131, 40);
    expect(JSON.stringify(cells).length).toBeLessThan(120_000);
  });

  test('whatever a terminal is sent, the miniature is of its schema', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        const { seq: _, ...cells } = { seq: 0, ...(await shown(bytes, 20, 5)) };
        const parsed = Miniature.safeParse({ terminal: 'trm_aaaa', name: 'shell', ...cells });
        expect(parsed.error).toBeUndefined();
        for (const text of texts({ ...cells })) expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
      { numRuns: 60 },
    );
  });
});
