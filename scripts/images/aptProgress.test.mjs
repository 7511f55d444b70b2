import fc from 'fast-check';
import { expect, it } from 'vitest';
import { aptProgress } from './aptProgress.mjs';

const recipe = { expectedPackages: 2, expectedBytes: 1000 };

it('follows a whole installation from nothing to all', () => {
  const progress = aptProgress(recipe);
  const lines = [
    '0 upgraded, 2 newly installed, 0 to remove and 0 not upgraded.',
    'Need to get 1,500 B of archives.',
    'Get:1 http://mirror.example/debian bookworm/main amd64 one amd64 1.0 [500 B]',
    'Get:2 http://mirror.example/debian bookworm/main amd64 two all 1.0 [1,000 B]',
    'Unpacking one (1.0) ...',
    'Unpacking two (1.0) ...',
    'Setting up one (1.0) ...',
  ];
  for (const line of lines) expect(progress.line(line)).toBe(true);
  expect(progress).toMatchObject({ bytes: 1500, totalBytes: 1500, step: 'setting up one' });
  progress.line('Setting up two (1.0) ...');
  expect(progress.fraction).toBeCloseTo(1);
});

it('ignores what says nothing', () => {
  expect(aptProgress(recipe).line('Reading package lists...')).toBe(false);
});

it('never goes back and never past the end, whatever apt prints', () => {
  const line = fc.constantFrom(
    'Unpacking a (1) ...',
    'Setting up a (1) ...',
    '0 upgraded, 9 newly installed, 0 to remove',
    'Get:1 http://m s amd64 a amd64 1 [3 kB]',
    'noise',
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
      const progress = aptProgress(recipe);
      let before = 0;
      for (const text of lines) {
        progress.line(text);
        expect(progress.fraction).toBeGreaterThanOrEqual(before);
        expect(progress.fraction).toBeLessThanOrEqual(1 + 1e-9);
        before = progress.fraction;
      }
    }),
  );
});
