import type { FileEntry } from '@sandglass/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { shownName } from '../../platform/shownName.ts';
import { directoryFor, FileTreeModel, flattenTree } from './fileTreeModel.ts';
import { nameProblem } from './paths.ts';
import { treeKey } from './treeKeys.ts';

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
        return { path: absolute, items, truncated: false };
      },
    },
    { root: '.', expanded: [], selected: null },
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
    expect(directoryFor(model.state, '/home/user/a.txt')).toBe('/home/user');
    expect(directoryFor(model.state, '/home/user/src')).toBe('/home/user/src');
    expect(directoryFor(model.state, null)).toBe('/home/user');
  });
});

describe('treeKey', () => {
  it('walks, opens, closes and finds by letter', async () => {
    const { model } = world(home());
    model.start();
    await vi.runAllTimersAsync();
    const press = (key: string, selected: string | null) => treeKey(key, flattenTree(model.state), selected);
    expect(press('ArrowDown', null)).toEqual({ type: 'select', path: '/home/user/src' });
    expect(press('ArrowRight', '/home/user/src')).toEqual({ type: 'open', path: '/home/user/src' });
    expect(press('b', '/home/user/src')).toEqual({ type: 'select', path: '/home/user/b.txt' });
    expect(press('Enter', '/home/user/a.txt')).toEqual({ type: 'show', path: '/home/user/a.txt' });
    expect(press('Delete', '/home/user/a.txt')).toEqual({ type: 'remove', path: '/home/user/a.txt' });
    model.open('/home/user/src');
    await vi.runAllTimersAsync();
    expect(press('ArrowLeft', '/home/user/src/main.py')).toEqual({ type: 'select', path: '/home/user/src' });
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
