import { type FileChange, isNoisyPath } from '@sandglass/protocol';
import { describe, expect, it } from 'vitest';
import { ChangeFold } from './fold.ts';

const touch = { actor: 'agent', seq: 1, atMs: 1 } as const;

/** `+a` created, `~a` modified, `-a` deleted, `a>b` renamed; a slash at the end: a directory. */
function fold(...steps: string[]): string[] {
  const changes = new ChangeFold(isNoisyPath);
  for (const step of steps) changes.apply(parse(step), touch);
  return changes.list().items.map(({ status, path, from }) => `${status} ${from === null ? '' : `${from} `}${path}`);
}

function parse(step: string): FileChange {
  const directory = step.endsWith('/');
  const plain = directory ? step.slice(0, -1) : step;
  if (plain.includes('>')) {
    const [path = '', to = ''] = plain.split('>');
    return { path, to, kind: 'renamed', directory };
  }
  const kind = { '+': 'created', '~': 'modified', '-': 'deleted' } as const;
  return { path: plain.slice(1), kind: kind[plain[0] as '+'], directory };
}

describe('ChangeFold', () => {
  it.each([
    [['+/h/a'], ['added /h/a']],
    [['~/h/a'], ['modified /h/a']],
    [['-/h/a'], ['deleted /h/a']],
    [['+/h/a', '~/h/a', '-/h/a'], []],
    [['-/h/a', '+/h/a'], ['modified /h/a']],
    [['/h/a>/h/b'], ['renamed /h/a /h/b']],
    [['/h/a>/h/b', '/h/b>/h/a'], []],
    [['/h/a>/h/b', '~/h/b', '/h/b>/h/a'], ['modified /h/a']],
    [['+/h/a.tmp', '/h/a.tmp>/h/new'], ['added /h/new']],
    [['~/h/a', '+/h/a.tmp', '/h/a.tmp>/h/a'], ['modified /h/a']],
    [['/h/a>/h/b', '-/h/b'], ['deleted /h/a']],
    [['/h/a>/h/a~', '+/h/a'], ['added /h/a']],
    [['/h/d>/h/e/'], ['renamed /h/d /h/e']],
    [
      ['/h/d>/h/e/', '~/h/e/x'],
      ['renamed /h/d /h/e', 'renamed /h/d/x /h/e/x'],
    ],
    [
      ['~/h/d/x', '/h/d>/h/e/', '-/h/e/x'],
      ['deleted /h/d/x', 'renamed /h/d /h/e'],
    ],
    [['+/h/d/', '+/h/d/x'], ['added /h/d/x']],
    [['/home/user/a>/home/user/.local/share/Trash/files/a'], ['deleted /home/user/a']],
    [['~/home/user/.cache/x', '+/home/user/app/node_modules/y'], []],
  ])('%j → %j', (steps, expected) => {
    expect(fold(...steps)).toEqual(expected.map(String).sort((a, b) => last(a).localeCompare(last(b))));
  });
});

it('keeps so many paths and says that there were more', () => {
  const changes = new ChangeFold(() => false);
  for (let at = 0; at < 30_000; at++) changes.apply({ path: `/h/${at}`, kind: 'created', directory: false }, touch);
  expect(changes.list().items).toHaveLength(20_000);
  expect(changes.overflowed).toBe(true);
});

const last = (text: string) => text.slice(text.lastIndexOf(' ') + 1);
