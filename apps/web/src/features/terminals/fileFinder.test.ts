import { expect, it } from 'vitest';
import { FileFinder } from './fileFinder.ts';

it('finds a file from where the shell is, asks once for a while, and takes a failure for none', async () => {
  const asked: string[] = [];
  let nowMs = 0;
  const finder = new FileFinder({
    isFile: async (path) => {
      asked.push(path);
      if (path.includes('broken')) throw new Error('away');
      return path === '/home/user/app/a.ts';
    },
    nowMs: () => nowMs,
  });
  expect(await finder.find('a.ts')).toBeUndefined();
  finder.handleTitle('user@sbx: ~/app');
  finder.handleTitle('vim');
  expect(await finder.find('a.ts')).toBe('/home/user/app/a.ts');
  expect(await finder.find('a.ts')).toBe('/home/user/app/a.ts');
  expect(asked).toEqual(['/home/user/a.ts', '/home/user/app/a.ts']);
  nowMs = 6_000;
  await finder.find('a.ts');
  expect(asked).toHaveLength(3);
  finder.handleDirectory('file://host/srv');
  expect(await finder.find('broken.py')).toBeUndefined();
  expect(asked).toContain('/srv/broken.py');
});
