import { describe, expect, it } from 'vitest';
import { linkTo, parseFile, shownOf } from './shown.ts';

describe('shownOf', () => {
  it('reads what a panel shows from its id', () => {
    expect(shownOf('files')).toEqual({ pane: 'files' });
    expect(shownOf('editor:/home/user/a:b.ts')).toEqual({ file: '/home/user/a:b.ts' });
    expect(shownOf('terminal:term_1')).toEqual({ terminal: 'term_1' });
    expect(shownOf(undefined)).toEqual({});
  });
});

describe('parseFile', () => {
  it.each([
    ['/a/b.ts', { file: '/a/b.ts' }],
    ['notes.txt', { file: '/home/user/notes.txt' }],
    ['app/a.ts:7', { file: '/home/user/app/a.ts', line: 7 }],
    ['/a/b.ts:12', { file: '/a/b.ts', line: 12 }],
    ['/a/odd:12:1', { file: '/a/odd:12', line: 1 }],
    ['/a/b.ts:0', { file: '/a/b.ts:0' }],
    ['/a/b.ts:', { file: '/a/b.ts:' }],
    ['/line\nbreak:3', { file: '/line\nbreak', line: 3 }],
  ])('%j', (text, parsed) => {
    expect(parseFile(text)).toEqual(parsed);
  });
});

describe('linkTo', () => {
  it('survives names of any kind', () => {
    const file = '/home/user/a b&pane=x#\u202e.ts';
    const url = new URL(linkTo('sbx_1', { file, line: 3 }, 'http://localhost:1'));
    expect(url.pathname).toBe('/s/sbx_1');
    expect(parseFile(url.searchParams.get('file') ?? '')).toEqual({ file, line: 3 });
    expect(linkTo('sbx_1', {}, 'http://localhost:1')).toBe('http://localhost:1/s/sbx_1');
  });
});
