import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { holdLock } from './lock.mjs';

let folder;
let path;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandglass-lock-'));
  path = join(folder, 'pool.building');
});
afterEach(() => rmSync(folder, { recursive: true }));

it('is held by one at a time, and leaves nothing', async () => {
  const first = await holdLock(path);
  let held = false;
  const second = holdLock(path).then((lock) => {
    held = true;
    return lock;
  });
  expect(held).toBe(false);
  first.release();
  (await second).release();
  expect(readdirSync(folder)).toEqual([]);
});

it('waits for a holder that lives, and no longer than it does', async () => {
  const holder = spawn('sleep', ['60']);
  writeFileSync(path, String(holder.pid));
  const waiting = holdLock(path);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  (await waiting).release();
});

it('does not take a later process with the same pid for the holder', async () => {
  writeFileSync(path, `${process.pid} 1`);
  (await holdLock(path)).release();
});

it('does not wait for a holder that died before it wrote its name', async () => {
  writeFileSync(path, '');
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(path, longAgo, longAgo);
  (await holdLock(path)).release();
  expect(existsSync(path)).toBe(false);
});
