import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { foreignImages, staleImages } from './ensure.mjs';
import { parseCapabilities } from './ownership.mjs';
import { openPool, poolSizeBytes, readBuilt, writeBuilt } from './pool.mjs';
import { imageNames, recipeDigest, recipes } from './recipes.mjs';

const gigabyte = 1024 ** 3;
let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandglass-pool-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('takes at most 60 % of the free disk, and says how much it needs when that is too little', () => {
  expect(poolSizeBytes(100 * gigabyte)).toBe(60 * gigabyte);
  expect(poolSizeBytes(20 * gigabyte)).toBe(12 * gigabyte);
  expect(() => poolSizeBytes(5 * gigabyte)).toThrow(/5\.0 GB free.*at least 10 GB/);
});

it('builds what an image stands on before the image', () => {
  openPool(join(folder, 'pool'), 'rootless');
  for (const name of imageNames) {
    const order = staleImages(join(folder, 'pool'), [name]);
    expect(order.at(-1)).toBe(name);
    for (const [index, each] of order.entries())
      expect(order.slice(0, index)).toEqual(expect.arrayContaining(recipes[each].from ? [recipes[each].from] : []));
  }
});

it('takes an image for stale when its recipe or its tree is another one', () => {
  const pool = join(folder, 'pool');
  openPool(pool, 'rootless');
  writeBuilt(pool, { base: { digest: recipeDigest('base'), sizeBytes: 1, builtAtMs: 1 } });
  expect(staleImages(pool, ['base'])).toEqual(['base']);
  openPool(join(pool, 'img_base'), 'rootless');
  expect(staleImages(pool, ['base'])).toEqual([]);
  expect(foreignImages(pool, ['browser'])).toEqual([]);
  writeBuilt(pool, { base: { digest: 'another', sizeBytes: 1, builtAtMs: 1 } });
  expect(staleImages(pool, ['base'])).toEqual(['base']);
  expect(foreignImages(pool, ['browser'])).toEqual(['base']);
});

it('reads no images from a file that was cut off', () => {
  writeFileSync(join(folder, '.images.json'), '{"base": {');
  expect(readBuilt(folder)).toEqual({});
});

it('reads file capabilities, of the host’s own and of mapped trees', () => {
  expect(
    parseCapabilities('/t/usr/bin/ping cap_net_raw=ep\n/t/a b cap_net_admin,cap_net_raw=ep [rootid=100000]\n'),
  ).toEqual([
    { path: '/t/usr/bin/ping', capability: 'cap_net_raw=ep' },
    { path: '/t/a b', capability: 'cap_net_admin,cap_net_raw=ep' },
  ]);
});
