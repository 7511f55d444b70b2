import { expect, it } from 'vitest';
import { closedAbove, findPassage, throughPassage } from './passage.ts';

const allBut =
  (...shut: string[]) =>
  (folder: string) =>
    !shut.includes(folder);

it('finds the topmost folder that is shut, not the path itself', () => {
  expect(closedAbove('/root/clone/server.mjs', allBut('/root'))).toBe('/root');
  expect(closedAbove('/srv/a/b/server.mjs', allBut('/srv/a/b', '/srv/a'))).toBe('/srv/a');
  expect(closedAbove('/srv/clone', allBut('/srv/clone'))).toBeUndefined();
});

it('needs no passage where every way is open', () => {
  expect(findPassage(['/srv/clone', '/usr/bin/node', '/var/lib/sandglass'], allBut('/root'))).toBeNull();
});

it('names each closed folder once, and what is needed of it', () => {
  const paths = ['/root/clone', '/root/.nvm/bin/node', '/var/lib/sandglass', '/home/ada/data'];
  expect(findPassage(paths, allBut('/root', '/home/ada'))).toEqual({
    closed: ['/root', '/home/ada'],
    needed: ['/root/clone', '/root/.nvm/bin/node', '/home/ada/data'],
  });
});

it('hands paths and the program over as words of their own', () => {
  const passage = { closed: ['/root'], needed: ['/root/a clone; reboot'] };
  const words = throughPassage(
    passage,
    { uid: 7, gid: 8 },
    { folder: '/root/a clone; reboot', command: ['node', '-v'] },
  );
  const [script, ...rest] = words.slice(words.indexOf('-euc') + 1);
  expect(script).not.toContain('reboot');
  expect(rest).toEqual([
    ...['sh', '7', '8', '/root/a clone; reboot', 'cover:/root', '/root/a clone; reboot', '--', 'node', '-v'],
  ]);
});
