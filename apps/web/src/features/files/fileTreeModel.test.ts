import type { FileEntry } from '@sandglass/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { shownName } from '../../platform/shownName.ts';
import { directoryFor, FileTreeModel } from './fileTreeModel.ts';
import { nameProblem } from './paths.ts';
import { treeKey } from './treeKeys.ts';
import { flattenTree } from './treeRows.ts';

const entry = (path: string, kind: FileEntry['kind'] = 'file'): FileEntry => ({
  name: path.slice(path.lastIndexOf('/') + 1),
  path,
  kind,
  sizeBytes: 1,
  mode: 0o644,
  user: 'user',
  group: 'user',
  modifiedAtMs: 0,
  version: '1',
  target: null,
  targetKind: null,
});

function world(directories: Record<string, FileEntry[]>) {
  const asked: string[] = [];
  const model = new FileTreeModel(
    {
      list: async (path) => {
        asked.push(path);
        const absolute = path === '.' ? '/home/user' : path;
        const items = directories[absolute];
        if (items === undefined) throw new Error(`no ${absolute}`);
        return { path: absolute, items, truncated: false, next: null, total: items.length };
      },
      stat: async () => null,
    },
    { root: '.', expanded: [], hidden: false },
  );
  return { model, asked, directories };
}

const home = () => ({
  '/home/user': [entry('/home/user/src', 'directory'), entry('/home/user/a.txt'), entry('/home/user/b.txt')],
  '/home/user/src': [entry('/home/user/src/main.py')],
});

const lines = (model: FileTreeModel) =>
  flattenTree(model.state).map((row) => `${row.depth} ${row.kind === 'entry' ? row.path : row.kind}`);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('FileTreeModel', () => {
  it('loads the home directory, then what is opened', async () => {
    const { model, asked } = world(home());
    model.start();
    await vi.runAllTimersAsync();
    expect(model.state.root).toBe('/home/user');
    model.open('/home/user/src');
    await vi.runAllTimersAsync();
    expect(lines(model)).toEqual([
      '0 /home/user/src',
      '1 /home/user/src/main.py',
      '0 /home/user/a.txt',
      '0 /home/user/b.txt',
    ]);
    model.close('/home/user/src');
    expect(asked).toEqual(['.', '/home/user/src']);
  });

  it('reads a directory once for a burst of changes, and keeps the old names until then', async () => {
    const { model, asked, directories } = world(home());
    model.start();
    await vi.runAllTimersAsync();
    asked.length = 0;
    directories['/home/user'] = [entry('/home/user/c.txt')];
    for (let i = 0; i < 100; i++)
      model.handleChanges([{ path: `/home/user/${i}`, kind: 'created', directory: false }], 0);
    expect(lines(model)).toHaveLength(3);
    await vi.advanceTimersByTimeAsync(250);
    expect(asked).toEqual(['/home/user']);
    expect(lines(model)).toEqual(['0 /home/user/c.txt']);
  });

  it('takes its time for sizes, but not when a name follows', async () => {
    const { model, asked } = world(home());
    model.start();
    await vi.runAllTimersAsync();
    asked.length = 0;
    model.handleChanges([{ path: '/home/user/a.txt', kind: 'modified', directory: false }], 0);
    await vi.advanceTimersByTimeAsync(300);
    expect(asked).toEqual([]);
    model.handleChanges([{ path: '/home/user/a.txt', kind: 'deleted', directory: false }], 0);
    await vi.advanceTimersByTimeAsync(260);
    expect(asked).toEqual(['/home/user']);
  });

  it('shows a failure where it happened and goes on elsewhere', async () => {
    const { model, directories } = world(home());
    model.start();
    await vi.runAllTimersAsync();
    delete (directories as Record<string, FileEntry[]>)['/home/user/src'];
    model.open('/home/user/src');
    await vi.runAllTimersAsync();
    expect(lines(model)).toContain('1 failed');
    expect(lines(model)).toContain('0 /home/user/a.txt');
  });

  it('puts new things beside a selected file and inside a selected directory', async () => {
    const { model } = world(home());
    model.start();
    await vi.runAllTimersAsync();
    expect(directoryFor(model, '/home/user/a.txt')).toBe('/home/user');
    expect(directoryFor(model, '/home/user/src')).toBe('/home/user/src');
    expect(directoryFor(model, null)).toBe('/home/user');
  });
});

describe('a large folder', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, at) => entry(`/home/user/f${String(at).padStart(6, '0')}`));

  function largeWorld(count: number) {
    const all = many(count);
    const asked: string[] = [];
    const model = new FileTreeModel(
      {
        list: async (_path, { limit, after }) => {
          asked.push(`list ${limit}`);
          const from = after === undefined ? 0 : Number(after);
          const items = all.slice(from, from + limit);
          const next = from + items.length < count ? String(from + items.length) : null;
          return { path: '/home/user', items, truncated: next !== null, next, total: count };
        },
        stat: async (path) => {
          asked.push(`stat ${path}`);
          return path.includes('gone') || path.endsWith('5') ? null : entry(path);
        },
      },
      { root: '.', expanded: [], hidden: false },
    );
    return { model, asked };
  }

  it('comes page by page, the first at once, up to 100,000 entries', async () => {
    const { model, asked } = largeWorld(100_500);
    model.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(asked[0]).toBe('list 1000');
    await vi.runAllTimersAsync();
    const rows = flattenTree(model.state);
    expect(rows.length).toBeGreaterThanOrEqual(100_000);
    expect(rows.at(-1)).toMatchObject({ kind: 'truncated' });
    const before = flattenTree(model.state)[50_000];
    expect(flattenTree(model.state)[50_000]).toBe(before);
  });

  it('is not read again for a change: what changed is looked at', async () => {
    const { model, asked } = largeWorld(5_000);
    model.start();
    await vi.runAllTimersAsync();
    asked.length = 0;
    model.handleChanges(
      [
        { path: '/home/user/f000005', kind: 'deleted', directory: false },
        { path: '/home/user/f000001a', kind: 'created', directory: false },
      ],
      0,
    );
    await vi.runAllTimersAsync();
    expect(asked).toEqual(['stat /home/user/f000005', 'stat /home/user/f000001a']);
    const names = flattenTree(model.state).flatMap((row) => (row.kind === 'entry' ? row.entry.name : []));
    expect(names.slice(0, 7)).toEqual(['f000000', 'f000001', 'f000001a', 'f000002', 'f000003', 'f000004', 'f000006']);
  });
});

describe('what is shown of a tree', () => {
  it('leaves out hidden names, and filters with the folders that lead to a match', async () => {
    const { model, directories } = world(home());
    directories['/home/user'] = [
      entry('/home/user/src', 'directory'),
      entry('/home/user/.env'),
      entry('/home/user/a.txt'),
    ];
    model.start();
    await vi.runAllTimersAsync();
    model.open('/home/user/src');
    await vi.runAllTimersAsync();
    const shown = (options: { hidden: boolean; filter: string }) =>
      flattenTree(model.state, { ...options, newIn: null }).map((row) =>
        row.kind === 'entry' ? row.entry.name : row.kind,
      );
    expect(shown({ hidden: false, filter: '' })).toEqual(['src', 'main.py', 'a.txt']);
    expect(shown({ hidden: true, filter: 'ENV' })).toEqual(['.env']);
    expect(shown({ hidden: false, filter: 'main' })).toEqual(['src', 'main.py']);
    expect(shown({ hidden: false, filter: 'nope' })).toEqual(['nothing']);
  });
});

describe('treeKey', () => {
  it('walks, opens, closes and finds by letter', async () => {
    const { model } = world(home());
    model.start();
    await vi.runAllTimersAsync();
    const press = (key: string, selected: string | null) =>
      treeKey({ key, shift: false, mod: false }, flattenTree(model.state), selected);
    expect(press('ArrowDown', null)).toEqual({ type: 'select', path: '/home/user/src', how: 'only' });
    expect(press('ArrowRight', '/home/user/src')).toEqual({ type: 'open', path: '/home/user/src' });
    expect(press('b', '/home/user/src')).toEqual({ type: 'filter', text: 'b' });
    expect(press('Enter', '/home/user/a.txt')).toEqual({ type: 'show', path: '/home/user/a.txt' });
    expect(press('Delete', '/home/user/a.txt')).toEqual({ type: 'trash' });
    model.open('/home/user/src');
    await vi.runAllTimersAsync();
    expect(press('ArrowLeft', '/home/user/src/main.py')).toEqual({
      type: 'select',
      path: '/home/user/src',
      how: 'only',
    });
    expect(press('ArrowLeft', '/home/user/src')).toEqual({ type: 'close', path: '/home/user/src' });
  });
});

describe('names', () => {
  it('writes out what cannot be seen', () => {
    expect(shownName('evil\u202etxt.exe')).toBe('evil\\u202Etxt.exe');
    expect(shownName('a\nb')).toBe('a\\u000Ab');
    expect(shownName('grüße 😀')).toBe('grüße 😀');
  });

  it('refuses what cannot be a name', () => {
    expect(nameProblem('a/b')).toBeDefined();
    expect(nameProblem('..')).toBeDefined();
    expect(nameProblem('ü'.repeat(200))).toBeDefined();
    expect(nameProblem('.bashrc')).toBeUndefined();
  });
});
