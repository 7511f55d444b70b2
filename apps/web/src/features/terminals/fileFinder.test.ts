import { expect, it } from 'vitest';
import { FileFinder } from './fileFinder.ts';

it('finds a file from where the program is, or says it is, asks once for a while, and takes a failure for none', async () => {
  const asked: string[] = [];
  let nowMs = 0;
  const finder = new FileFinder({
    findFile: async (path) => {
      asked.push(path);
      if (path.includes('broken')) throw new Error('away');
      if (path === 'here.ts') return '/srv/here.ts';
      return path === '/home/user/app/a.ts' ? path : undefined;
    },
    nowMs: () => nowMs,
  });
  expect(await finder.find('here.ts')).toBe('/srv/here.ts');
  expect(await finder.find('a.ts')).toBeUndefined();
  finder.handleTitle('user@sbx: ~/app');
  finder.handleTitle('vim');
  expect(await finder.find('a.ts')).toBe('/home/user/app/a.ts');
  expect(await finder.find('a.ts')).toBe('/home/user/app/a.ts');
  expect(asked).toEqual(['here.ts', 'a.ts', '/home/user/a.ts', '/home/user/app/a.ts']);
  nowMs = 6_000;
  expect(await finder.find('~/app/a.ts')).toBe('/home/user/app/a.ts');
  expect(asked).toHaveLength(5);
  finder.handleDirectory('file://host/srv');
  expect(await finder.find('broken.py')).toBeUndefined();
  expect(asked).toContain('/srv/broken.py');
});
