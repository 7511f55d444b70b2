import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ensureImages, staleImages } from './ensure.mjs';
import { openPool, readBuilt } from './pool.mjs';

const kind = process.getuid() === 0 ? 'directory' : 'rootless';
const proxyBefore = process.env.http_proxy;
let pool;
beforeEach(() => {
  pool = join(mkdtempSync(join(tmpdir(), 'sandglass-images-')), 'pool');
  openPool(pool, kind);
  // A mirror that no one answers for: the build fails in the middle, after its tree was begun.
  process.env.http_proxy = 'http://127.0.0.1:1';
});
afterEach(() => {
  if (proxyBefore === undefined) delete process.env.http_proxy;
  else process.env.http_proxy = proxyBefore;
  rmSync(join(pool, '..'), { recursive: true, force: true });
});

it('leaves no half image, removes an earlier one, says the cause and where the log is', async () => {
  mkdirSync(join(pool, '.build_base/usr'), { recursive: true });
  const steps = [];
  const failed = await ensureImages({
    pool,
    kind,
    names: ['desktop'],
    onProgress: ({ image, step }) => steps.push(`${image}: ${step}`),
  }).catch((error) => error);
  expect(failed.message).toMatch(/^The image base could not be built \(installing packages\): .*(connect|fetch)/i);
  const log = /The whole log: (\S+)/.exec(failed.message)[1];
  expect(readFileSync(log, 'utf8')).toMatch(/127\.0\.0\.1/);
  expect(steps.every((step) => step.startsWith('base: '))).toBe(true);
  expect(readBuilt(pool)).toEqual({});
  expect(staleImages(pool, ['base'])).toEqual(['base']);
  expect(readdirSync(pool).filter((name) => /^(img_|\.build_base$|\.sandglass-apt)/.test(name))).toEqual([]);
  expect(existsSync(`${pool}.building`)).toBe(false);
});
