import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeName } from '@sandglass/protocol/fileName';
import { afterAll, expect, it } from 'vitest';
import { Watch } from './watch.ts';

const directory = mkdtempSync(join(tmpdir(), 'sandglass-watch-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Bytes that are no UTF-8, below the directory. */
const odd = (...names: readonly number[][]): Buffer =>
  Buffer.concat([Buffer.from(directory), ...names.map((name) => Buffer.from([0x2f, ...name]))]);
const shown = (path: Buffer): string => encodeName(path);

it('tells of names that are no text, in folders of such names too, as listings name them', async () => {
  const told: string[] = [];
  let wake = () => {};
  const watch = new Watch(directory, (changes) => {
    told.push(...changes.map(({ kind, path }) => `${kind} ${path}`));
    wake();
  });
  const until = async (...wanted: readonly string[]) => {
    while (!wanted.every((one) => told.includes(one))) await new Promise<void>((resolve) => (wake = resolve));
  };
  const before = odd([0x61, 0xff]);
  writeFileSync(before, 'there before');
  await watch.open();

  const file = odd([0x62, 0xff, 0xfe]);
  writeFileSync(file, 'one');
  const folder = odd([0x63, 0xe9]);
  mkdirSync(folder);
  await until(`created ${shown(file)}`, `created ${shown(folder)}`);
  const inside = odd([0x63, 0xe9], [0x64, 0x80]);
  writeFileSync(inside, 'two');
  await until(`created ${shown(inside)}`);
  const moved = odd([0x65, 0xc0]);
  renameSync(file, moved);
  rmSync(before);
  await until(`created ${shown(moved)}`, `deleted ${shown(file)}`, `deleted ${shown(before)}`);
  expect(told.join()).not.toContain('\ufffd');
  watch.close();
});
