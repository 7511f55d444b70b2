import { expect, it } from 'vitest';
import { pooledRandomBytes } from './randomBytes.ts';

it('gives as many as were asked for, and none twice, across its pools', () => {
  const given = Array.from({ length: 1_000 }, () => pooledRandomBytes(16));
  expect(new Set(given.map((bytes) => Buffer.from(bytes).toString('hex'))).size).toBe(1_000);
  expect(given.every((bytes) => bytes.length === 16)).toBe(true);
  expect(pooledRandomBytes(10_000)).toHaveLength(10_000);
  expect(pooledRandomBytes(0)).toHaveLength(0);
});

it('what was given out stays as it was', () => {
  const first = pooledRandomBytes(16);
  const before = Buffer.from(first).toString('hex');
  for (let n = 0; n < 1_000; n++) pooledRandomBytes(16);
  expect(Buffer.from(first).toString('hex')).toBe(before);
});
