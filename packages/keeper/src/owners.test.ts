import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isOfAnother, isOrphaned, readTrees, writeOwner } from './owners.ts';

const MINE = 'sbx_aaaaaaaaaa';
const THEIRS = 'sbx_bbbbbbbbbb';
const GONE = 'chk_cccccccccc';

describe('whose a tree in a shared pool is', () => {
  let pool: string;
  let mine: string;
  let theirs: string;

  beforeEach(() => {
    const root = mkdtempSync(join(tmpdir(), 'sandglass-owners-'));
    [pool, mine, theirs] = ['pool', 'mine', 'theirs'].map((name) => join(root, name)) as [string, string, string];
    for (const path of [join(pool, '.owners'), mine, theirs]) mkdirSync(path, { recursive: true });
    for (const id of [MINE, THEIRS, GONE]) mkdirSync(join(pool, id));
    writeOwner(pool, mine, MINE);
    writeOwner(pool, theirs, THEIRS);
    writeOwner(pool, join(root, 'nowhere'), GONE);
  });

  afterEach(() => rmSync(join(pool, '..'), { recursive: true }));

  it('tells its own from those of another and from those of a directory that no longer exists', () => {
    expect(readTrees(pool, mine)).toEqual({ owned: [MINE], orphaned: [GONE] });
    expect(isOfAnother(pool, mine, THEIRS)).toBe(true);
    expect(isOfAnother(pool, mine, GONE)).toBe(false);
  });

  it('leaves alone what somebody is claiming just now: a name half written is nobody’s leftover', () => {
    writeFileSync(join(pool, '.owners', THEIRS), '');
    expect(readTrees(pool, mine).orphaned).toEqual([GONE]);
    expect(isOrphaned(pool, THEIRS)).toBe(false);
  });

  it('sees that a leftover has been made anew since it was listed', () => {
    expect(isOrphaned(pool, GONE)).toBe(true);
    writeOwner(pool, theirs, GONE);
    expect(isOrphaned(pool, GONE)).toBe(false);
  });

  it('leaves nothing half-made behind', () => {
    expect(readdirSync(join(pool, '.owners')).sort()).toEqual([GONE, MINE, THEIRS].sort());
  });
});
