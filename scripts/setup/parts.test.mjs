import { expect, it } from 'vitest';
import { holdsLock, whyFailed } from './dependencies.mjs';
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
    leftOut: [],
  });
  const unloaded = { status: 'failed', assertionResults: [] };
  expect(countVitest({ numPassedTests: 3, numFailedTests: 1, success: false, testResults: [unloaded] })).toEqual({
    passed: 3,
    failed: 2,
    leftOut: [],
  });
  expect(countVitest({ numPassedTests: 0, numFailedTests: 0, success: false })).toMatchObject({ passed: 0, failed: 1 });
  expect(countPlaywright({ stats: { expected: 2, unexpected: 1, flaky: 1 } })).toMatchObject({ passed: 2, failed: 2 });
  expect(countPlaywright({ stats: { expected: 0, unexpected: 0, flaky: 0 }, errors: ['setup'] })).toMatchObject({
    passed: 0,
    failed: 1,
  });
});

it('names the tests that were left out', () => {
  const assertionResults = [
    { status: 'passed', fullName: 'one' },
    { status: 'skipped', fullName: 'a screen two' },
    { status: 'pending', fullName: 'three' },
  ];
  const testResults = [{ status: 'passed', assertionResults }];
  expect(countVitest({ numPassedTests: 1, numFailedTests: 0, success: true, testResults }).leftOut).toEqual([
    'a screen two',
    'three',
  ]);
  const specs = [
    { title: 'opens', tests: [{ status: 'expected' }] },
    { title: 'fills the disk', tests: [{ status: 'skipped' }] },
  ];
  const suites = [{ title: 'exhaustion.spec.ts', suites: [{ title: 'a full disk', specs }] }];
  expect(countPlaywright({ stats: { expected: 1, unexpected: 0, flaky: 0 }, suites }).leftOut).toEqual([
    'exhaustion.spec.ts › a full disk › fills the disk',
  ]);
});

it('gives the test user subordinate ids that no one has', () => {
  expect(firstFree('')).toBe(1_000_000);
  expect(firstFree('someone:100000:65536\nother:1200000:65536\n')).toBe(1_265_536);
});

it('tells an npm that was ended from outside from one that failed', () => {
  expect(whyFailed({ status: 0, signal: null })).toBeUndefined();
  expect(whyFailed({ status: 1, signal: null })).toContain('above');
  expect(whyFailed({ status: null, signal: 'SIGKILL' })).toContain('SIGKILL');
});
