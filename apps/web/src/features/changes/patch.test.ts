import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffLines } from './lineDiff.ts';
import { formatPatch } from './patch.ts';

const text = fc.array(fc.constantFrom('a', 'b', 'c', '', 'dd'), { maxLength: 12 }).map((lines) => lines.join('\n'));

describe('a diff of lines', () => {
  it('has the one text without what was added and the other without what was removed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'c')),
        fc.array(fc.constantFrom('a', 'b', 'c')),
        (before, after) => {
          const lines = diffLines(before, after);
          expect(lines.filter((line) => line.kind !== '+').map((line) => line.text)).toEqual(before);
          expect(lines.filter((line) => line.kind !== '-').map((line) => line.text)).toEqual(after);
        },
      ),
    );
  });

  it('is the shortest', () => {
    const lines = diffLines(['a', 'b', 'c', 'a', 'b', 'b', 'a'], ['c', 'b', 'a', 'b', 'a', 'c']);
    expect(lines.filter((line) => line.kind !== ' ')).toHaveLength(5);
  });

  it('does not take for ever over texts that have nothing in common', () => {
    const lines = (word: string) => Array.from({ length: 20_000 }, (_, at) => `${word}${at}`);
    expect(diffLines(lines('a'), lines('b'))).toHaveLength(40_000);
  });
});

describe('a patch', () => {
  it('makes the one text of the other when git applies it', () => {
    const directory = mkdtempSync(join(tmpdir(), 'sandglass-patch-'));
    try {
      fc.assert(
        fc.property(text, text, (before, after) => {
          fc.pre(before !== after && before !== '' && after !== '');
          writeFileSync(join(directory, 'f'), before);
          const patch = formatPatch([{ path: 'f', from: null, before, after, isBinary: false }]);
          execFileSync('git', ['apply', '-'], { cwd: directory, input: patch, stdio: ['pipe', 'pipe', 'pipe'] });
          expect(readFileSync(join(directory, 'f'), 'utf8')).toBe(after);
        }),
        { numRuns: 40 },
      );
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('says what is new, gone, renamed or no text', () => {
    const patch = formatPatch([
      { path: 'new', from: null, before: null, after: 'x\n', isBinary: false },
      { path: 'gone', from: null, before: 'x\n', after: null, isBinary: false },
      { path: 'to', from: 'old', before: 'x\n', after: 'x\n', isBinary: false },
      { path: 'p.png', from: null, before: '', after: '', isBinary: true },
    ]);
    expect(patch).toContain('--- /dev/null\n+++ b/new\n@@ -0,0 +1,1 @@\n+x\n');
    expect(patch).toContain('--- a/gone\n+++ /dev/null\n');
    expect(patch).toContain('rename from old\nrename to to\n');
    expect(patch).toContain('Binary files a/p.png and b/p.png differ\n');
  });
});
