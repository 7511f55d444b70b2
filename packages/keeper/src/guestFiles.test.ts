import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { GUEST, guestFiles } from './guestFiles.ts';

let directory: string;
let source: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sandglass-guest-files-'));
  source = join(directory, 'source');
  mkdirSync(source);
  writeFileSync(join(source, 'guest.cjs'), '');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const shared = () => ({ node: process.execPath, tini: join(directory, 'tini') });
/** Where the keeper keeps what a sandbox sees as `word`. */
const outside = (word: string, kept: string) => (word.startsWith(GUEST) ? kept + word.slice(GUEST.length) : word);

it('keeps a Node that runs with nothing but the libraries kept beside it', () => {
  const { loader, node, directory: kept } = guestFiles(source, join(directory, 'store'), shared())(null);
  const [program, ...args] = loader.map((word) => outside(word, kept));
  const show = 'process.stdout.write(process.report.getReport().sharedObjects.join())';
  const loaded = execFileSync(program!, [...args, node!, '-e', show], { encoding: 'utf8', env: {} }).split(',');
  const foreign = loaded.filter((path) => path.startsWith('/') && !path.startsWith(kept));
  expect(loaded.length).toBeGreaterThan(2);
  // The loader is named by what the program asks for, not by where it is.
  expect(foreign.filter((path) => !path.includes('/ld-'))).toEqual([]);
});

it('takes the reaper along where the image has one, and leaves it to the image where not', () => {
  const without = guestFiles(source, join(directory, 'store'), shared())(null);
  expect(without.reaper).toEqual([]);
  writeFileSync(shared().tini, 'tini');
  const withOne = guestFiles(source, join(directory, 'other'), shared())(null);
  expect(withOne.reaper[0]).toBe(`${GUEST}/lib/tini`);
});

it('takes nothing of this host along where sandboxes share the files of their image anyway', () => {
  const files = guestFiles(source, join(directory, 'store'))(null);
  expect(files).toMatchObject({ node: null, loader: [], reaper: [] });
});

it('gives a sandbox that was kept the version it ran with', () => {
  const open = guestFiles(source, join(directory, 'store'));
  const first = open(null);
  writeFileSync(join(source, 'guest.cjs'), '// another');
  expect(open(null).version).not.toBe(first.version);
  expect(open(first.version)).toEqual(first);
});
