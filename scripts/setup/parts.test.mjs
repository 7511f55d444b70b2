import { expect, it } from 'vitest';
import { holdsLock } from './dependencies.mjs';
import { countPlaywright, countVitest } from './testCounts.mjs';
import { firstFree } from './unprivileged.mjs';

const lock = (packages) => JSON.stringify({ packages });
const wanted = lock({
  '': {},
  'packages/ui': {},
  'node_modules/zod': { version: '4.6.7', integrity: 'a' },
  'node_modules/esbuild-mac': { version: '1.0.0', integrity: 'b', optional: true },
});

it('installs when node_modules is absent, older or incomplete', () => {
  expect(holdsLock(wanted, undefined)).toBe(false);
  expect(holdsLock(wanted, lock({}))).toBe(false);
  expect(holdsLock(wanted, lock({ 'node_modules/zod': { version: '4.6.6', integrity: 'c' } }))).toBe(false);
});

it('leaves node_modules alone when it holds the lock, without other platforms’ binaries', () => {
  expect(holdsLock(wanted, lock({ 'node_modules/zod': { version: '4.6.7', integrity: 'a' } }))).toBe(true);
});

it('counts a file that could not be loaded as failed', () => {
  expect(countVitest({ numPassedTests: 3, numFailedTests: 0, success: true, testResults: [] })).toEqual({
    passed: 3,
    failed: 0,
  });
  const unloaded = { status: 'failed', assertionResults: [] };
  expect(countVitest({ numPassedTests: 3, numFailedTests: 1, success: false, testResults: [unloaded] })).toEqual({
    passed: 3,
    failed: 2,
  });
  expect(countVitest({ numPassedTests: 0, numFailedTests: 0, success: false })).toEqual({ passed: 0, failed: 1 });
  expect(countPlaywright({ stats: { expected: 2, unexpected: 1, flaky: 1 } })).toEqual({ passed: 2, failed: 2 });
  expect(countPlaywright({ stats: { expected: 0, unexpected: 0, flaky: 0 }, errors: ['setup'] })).toEqual({
    passed: 0,
    failed: 1,
  });
});

it('gives the test user subordinate ids that no one has', () => {
  expect(firstFree('')).toBe(1_000_000);
  expect(firstFree('someone:100000:65536\nother:1200000:65536\n')).toBe(1_265_536);
});
