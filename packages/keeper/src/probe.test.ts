import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cached } from './probe.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/sandglass-probe-`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const DAY_MS = 24 * 3_600_000;

function asked(ok: boolean, programs: readonly string[] = []) {
  let times = 0;
  const probe = async () => ({ name: 'criu', ok, detail: String(++times) });
  return {
    now: (options: Parameters<typeof cached>[3] = {}) => cached(`${folder}/probe.json`, programs, probe, options),
    times: () => times,
  };
}

it('a good answer holds, also where what did not work is tried again', async () => {
  const good = asked(true);
  await good.now();
  expect(await good.now({ anew: true, nowMs: Date.now() + 10 * DAY_MS })).toMatchObject({ ok: true, detail: '1' });
  expect(good.times()).toBe(1);
});

it('a bad answer is asked again at each start', async () => {
  const bad = asked(false);
  await bad.now();
  expect(await bad.now()).toMatchObject({ ok: false, detail: '2' });
});

it('a bad answer that rests holds for a day, or until somebody asks anew', async () => {
  const bad = asked(false);
  await bad.now({ rests: true, nowMs: 0 });
  expect(await bad.now({ rests: true, nowMs: DAY_MS - 1 })).toMatchObject({ detail: '1' });
  expect(await bad.now({ rests: true, nowMs: DAY_MS })).toMatchObject({ detail: '2' });
  expect(await bad.now({ rests: true, anew: true, nowMs: DAY_MS })).toMatchObject({ detail: '3' });
});

it('another program, or another version of it, is asked itself', async () => {
  await asked(true, ['node']).now();
  const other = asked(true, [process.execPath]);
  await other.now();
  expect(other.times()).toBe(1);
});
