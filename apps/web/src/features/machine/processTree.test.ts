import type { ProcessInfo } from '@sandglass/protocol';
import { describe, expect, it } from 'vitest';
import { dangerOf, keyOf, nameOf, sharesOf, treeOf } from './processTree.ts';

const process = (pid: number, parent: number, rest: Partial<ProcessInfo> = {}): ProcessInfo => ({
  pid,
  parent,
  user: 'user',
  command: `p${pid}`,
  arguments: [`/usr/bin/p${pid}`],
  state: 'S',
  cpuUsec: 0,
  memoryBytes: pid,
  startedAtMs: pid,
  ...rest,
});

const all = [
  process(1, 0),
  process(2, 1),
  process(3, 2, { command: 'node', arguments: ['node', 'app.ts'] }),
  process(4, 1),
];
const options = { shares: new Map<string, number>(), sort: 'started' as const, filter: '', closed: new Set<string>() };
const drawn = (rows: ReturnType<typeof treeOf>) => rows.map((row) => `${' '.repeat(row.depth)}${row.process.pid}`);

describe('the tree', () => {
  it('puts children under their parents, and closes branches', () => {
    expect(drawn(treeOf(all, options))).toEqual(['1', ' 2', '  3', ' 4']);
    expect(drawn(treeOf(all, { ...options, closed: new Set([keyOf(all[1]!)]) }))).toEqual(['1', ' 2', ' 4']);
  });

  it('sorts within a branch', () => {
    expect(drawn(treeOf(all, { ...options, sort: 'memory' }))).toEqual(['1', ' 4', ' 2', '  3']);
    const shares = new Map([[keyOf(all[3]!), 0.5]]);
    expect(drawn(treeOf(all, { ...options, sort: 'cpu', shares }))).toEqual(['1', ' 4', ' 2', '  3']);
  });

  it('shows what was looked for with the way up to it, also in closed branches', () => {
    const closed = new Set([keyOf(all[1]!)]);
    expect(drawn(treeOf(all, { ...options, filter: 'NODE app', closed }))).toEqual(['1', ' 2', '  3']);
    expect(treeOf(all, { ...options, filter: 'nothing' })).toEqual([]);
  });

  it('survives orphans, and parents that form a ring', () => {
    expect(drawn(treeOf([process(7, 99), process(8, 8)], options))).toEqual(['7', '8']);
    expect(treeOf([process(5, 6), process(6, 5)], options)).toEqual([]);
  });
});

it('counts shares of a core between two samples, for the same process only', () => {
  const before = { atMs: 0, processes: [process(2, 1, { cpuUsec: 100_000 }), process(3, 1)] };
  const now = { atMs: 1_000, processes: [process(2, 1, { cpuUsec: 600_000 }), process(3, 1, { startedAtMs: 900 })] };
  expect([...sharesOf(now, before)]).toEqual([['2:2', 0.5]]);
  expect(sharesOf(now, undefined).size).toBe(0);
});

it('names a process by its program, and knows what the machine runs on', () => {
  expect(nameOf(process(1, 0, { arguments: ['/usr/bin/node', 'a.ts'] }))).toBe('node a.ts');
  expect(nameOf(process(1, 0, { arguments: ['/opt/x/chromium --type=gpu'] }))).toBe('chromium --type=gpu');
  expect(dangerOf(process(9, 1, { command: 'Xtigervnc' }))).toContain('desktop');
  expect(dangerOf(process(9, 1, { arguments: ['node', '/opt/sandglass/guest.cjs'] }))).toContain('Terminals');
  expect(dangerOf(process(9, 1))).toBeUndefined();
});
