import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { digestOf, isFresh, stamp } from './stale.mjs';

let root;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sandglass-stale-'));
  mkdirSync(join(root, 'room/src'), { recursive: true });
  mkdirSync(join(root, 'room/dist'));
  writeFileSync(join(root, 'room/src/main.ts'), 'one');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

it('changes with a content and with a name, not with a date', () => {
  const before = digestOf(root, ['room']);
  utimesSync(join(root, 'room/src/main.ts'), 1, 1);
  expect(digestOf(root, ['room'])).toBe(before);
  writeFileSync(join(root, 'room/src/main.ts'), 'two');
  const after = digestOf(root, ['room']);
  expect(after).not.toBe(before);
  writeFileSync(join(root, 'room/src/other.ts'), '');
  expect(digestOf(root, ['room'])).not.toBe(after);
});

it('is the same for what is no source: tests and earlier builds', () => {
  const before = digestOf(root, ['room']);
  writeFileSync(join(root, 'room/src/main.test.ts'), 'test');
  writeFileSync(join(root, 'room/dist/main.mjs'), 'built');
  expect(digestOf(root, ['room', 'missing.json'])).toBe(before);
});

it('counts tests and stories where they are what is built', () => {
  const before = digestOf(root, ['room'], { withTests: true });
  writeFileSync(join(root, 'room/src/main.stories.tsx'), 'story');
  expect(digestOf(root, ['room'], { withTests: true })).not.toBe(before);
});

it('knows what a folder was built from', () => {
  const dist = join(root, 'room/dist');
  expect(isFresh(dist, 'a')).toBe(false);
  stamp(dist, 'a');
  expect(isFresh(dist, 'a')).toBe(true);
  expect(isFresh(dist, 'b')).toBe(false);
});
