import type { Sandbox, SandboxId } from '@sandglass/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countLabels, countShown, orderAround, type Sort, selectShown } from './wallModel.ts';

const make = (id: string, part: Partial<Sandbox> = {}) =>
  ({ id, name: id, labels: {}, image: 'base', phase: 'running', createdAtMs: 1, ...part }) as Sandbox;

const all = [
  make('sbx_a', { name: 'b10', createdAtMs: 1, labels: { team: 'web' } }),
  make('sbx_b', { name: 'b9', createdAtMs: 2, phase: 'frozen' }),
  make('sbx_c', { name: 'a', createdAtMs: 3, phase: 'failed', labels: { team: 'web', kind: 'eval' } }),
  make('sbx_d', { name: 'd', createdAtMs: 4, phase: 'dead', labels: { run: 'old' } }),
  make('sbx_e', { name: 'e', createdAtMs: 5, image: 'desktop' }),
];
const needs = new Map([
  ['sbx_c' as SandboxId, 'Failed'],
  ['sbx_a' as SandboxId, 'Disk full'],
]);
const shown = (part: Partial<Parameters<typeof selectShown>[1]>) =>
  selectShown(all, { show: 'all', find: '', labels: [], sort: 'newest', ...part }, needs).map(({ name }) => name);

describe('what is shown', () => {
  it('is a group, and each says how many it has', () => {
    expect(shown({ show: 'all' })).toEqual(['e', 'a', 'b9', 'b10']);
    expect(shown({ show: 'needs' })).toEqual(['a', 'b10']);
    expect(shown({ show: 'running' })).toEqual(['e', 'b10']);
    expect(shown({ show: 'frozen' })).toEqual(['b9']);
    expect(shown({ show: 'failed' })).toEqual(['a']);
    expect(shown({ show: 'ended' })).toEqual(['d']);
    expect(countShown(all, needs)).toEqual({ all: 4, needs: 2, running: 2, frozen: 1, failed: 1, ended: 1 });
  });

  it('matches every word in name, id, image or labels, and every label exactly', () => {
    expect(shown({ find: 'DESK' })).toEqual(['e']);
    expect(shown({ find: 'web b' })).toEqual(['a', 'b10']);
    expect(shown({ find: 'team=web kind' })).toEqual(['a']);
    expect(shown({ labels: ['team=web'] })).toEqual(['a', 'b10']);
    expect(shown({ labels: ['team=web', 'kind=eval'] })).toEqual(['a']);
    expect(shown({ labels: ['team=we'] })).toEqual([]);
    expect(shown({ find: '.*' })).toEqual([]);
  });

  it.each<[Sort, string[]]>([
    ['needs', ['b10', 'a', 'e', 'b9']],
    ['newest', ['e', 'a', 'b9', 'b10']],
    ['oldest', ['b10', 'b9', 'a', 'e']],
    ['name', ['a', 'b9', 'b10', 'e']],
    ['state', ['a', 'b9', 'e', 'b10']],
  ])('in the order %s', (sort, names) => {
    expect(shown({ sort })).toEqual(names);
  });

  it('labels of what is shown, the commonest first', () => {
    expect(countLabels(all, 'all', needs)).toEqual([
      { label: 'team=web', count: 2 },
      { label: 'kind=eval', count: 1 },
    ]);
    expect(countLabels(all, 'ended', needs)).toEqual([{ label: 'run=old', count: 1 }]);
  });
});

describe('an order around what may not move', () => {
  it('keeps the place of the card under the pointer and moves the others', () => {
    expect(orderAround(['a', 'b', 'c', 'd'], ['d', 'c', 'b', 'a'], new Set(['b']))).toEqual(['d', 'b', 'c', 'a']);
    expect(orderAround(['a', 'b', 'c'], ['c', 'a', 'b'], new Set())).toEqual(['c', 'a', 'b']);
  });

  it('lets go of one that is gone', () => {
    expect(orderAround(['a', 'b', 'c'], ['c', 'a'], new Set(['b']))).toEqual(['c', 'a']);
  });

  it('never loses, adds or doubles one, and keeps every place it can', () => {
    const ids = fc.uniqueArray(fc.integer({ min: 0, max: 20 }), { maxLength: 12 });
    fc.assert(
      fc.property(ids, ids, fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 2 }), (before, wanted, still) => {
        const order = orderAround(before, wanted, new Set(still));
        expect([...order].sort()).toEqual([...wanted].sort());
        const [one] = still;
        if (
          still.length === 1 &&
          wanted.includes(one!) &&
          before.indexOf(one!) >= 0 &&
          before.indexOf(one!) < wanted.length
        )
          expect(order.indexOf(one!)).toBe(before.indexOf(one!));
      }),
    );
  });
});
