import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { removeLeftovers } from './leftovers.mjs';

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandglass-leftovers-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function make(name, ageHours) {
  const path = join(folder, name);
  mkdirSync(path);
  writeFileSync(join(path, 'file'), 'x');
  const at = new Date(Date.now() - ageHours * 3600_000);
  utimesSync(path, at, at);
  return path;
}

it('removes old folders of killed tests, and nothing else', () => {
  const old = make('sandglass-driver-a1B2c3', 7);
  const kept = [make('sandglass-e2e-a1B2c3', 1), make('sandglass-notes', 7), make('somebody-driver-a1B2c3', 7)];
  symlinkSync(kept[1], join(folder, 'sandglass-link-a1B2c3'));
  expect(removeLeftovers(folder)).toEqual([old]);
  expect(existsSync(old)).toBe(false);
  for (const path of kept) expect(existsSync(join(path, 'file'))).toBe(true);
});
