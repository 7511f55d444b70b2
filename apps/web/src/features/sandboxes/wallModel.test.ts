import type { LogEvent, Sandbox } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { countShown, selectShown, sparkOf } from './wallModel.ts';

const sandbox = (name: string, phase: Sandbox['phase'], createdAtMs: number, labels = {}): Sandbox =>
  ({ id: `sbx_${name}`, name, phase, image: 'base', labels, createdAtMs }) as unknown as Sandbox;
const all = [
  sandbox('one', 'running', 1),
  sandbox('two', 'frozen', 2, { team: 'shop' }),
  sandbox('three', 'failed', 3),
  sandbox('four', 'dead', 4),
];

it('counts what is alive or needs a look as all, and the dead apart', () => {
  expect(countShown(all)).toEqual({ all: 3, running: 1, frozen: 1, failed: 1, ended: 1 });
});

it('shows the newest first and finds by any of name, id and label', () => {
  expect(selectShown(all, 'all', '').map((each) => each.name)).toEqual(['three', 'two', 'one']);
  expect(selectShown(all, 'all', 'TEAM=shop').map((each) => each.name)).toEqual(['two']);
  expect(selectShown(all, 'ended', 'sbx_four')).toHaveLength(1);
});

it('puts the latest events at the right edge and scales to the busiest slice', () => {
  const nowMs = 1_000_000;
  const at = (wallMs: number) => ({ wallMs }) as LogEvent;
  const bars = sparkOf([at(nowMs), at(nowMs - 10), at(nowMs - 60_000), at(0)], nowMs);
  expect(bars.at(-1)).toBe(1);
  expect(bars.filter((height) => height > 0)).toHaveLength(2);
});
