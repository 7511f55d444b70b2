import { describe, expect, it } from 'vitest';
import { candidatesOf, directoryOfReport, directoryOfTitle, findMentions } from './fileLinks.ts';

const mentioned = (line: string) =>
  findMentions(line).map(({ path, line: at }) => (at === undefined ? path : `${path}@${at}`));

describe('mentions of files', () => {
  it('finds paths with and without lines, as compilers and runners print them', () => {
    expect(mentioned('src/a.ts:12:3 - error TS2304')).toEqual(['src/a.ts@12']);
    expect(mentioned('  at run (/app/c.js:4:10)')).toEqual(['/app/c.js@4']);
    expect(mentioned('  File "/home/user/x y.py", line 3, in <module>')).toContain('/home/user/x y.py@3');
    expect(mentioned('src/Main.cs(14,5): error')).toEqual(['src/Main.cs@14']);
    expect(mentioned('✗ ./tests/cart.spec.ts')).toEqual(['./tests/cart.spec.ts']);
    expect(mentioned('see README.md.')).toEqual(['README.md']);
  });

  it('takes no URL, version or plain word for a file', () => {
    expect(mentioned('https://example.com/a/b.ts and v1.2.3 in 3s')).toEqual([]);
    expect(mentioned('total 12')).toEqual([]);
  });

  it('stays small whatever the line', () => {
    expect(findMentions('a/b '.repeat(5_000)).length).toBeLessThanOrEqual(20);
  });

  it('covers the text that is underlined', () => {
    const [first] = findMentions('in src/a.ts:12');
    expect('in src/a.ts:12'.slice(first!.from, first!.to)).toBe('src/a.ts:12');
  });
});

describe('where a path is meant from', () => {
  it('looks where the shell is, then at home; absolute paths and ~ are themselves', () => {
    expect(candidatesOf('a.ts', ['/app'], '/home/user')).toEqual(['/app/a.ts', '/home/user/a.ts']);
    expect(candidatesOf('../b/./a.ts', ['/app/x'], '/home/user')).toEqual(['/app/b/a.ts', '/home/b/a.ts']);
    expect(candidatesOf('~/a', [], '/home/user')).toEqual(['/home/user/a']);
    expect(candidatesOf('/../etc/passwd', ['/app'], '/home/user')).toEqual(['/etc/passwd']);
  });

  it('hears it from the shell', () => {
    expect(directoryOfReport('file://host/app/my%20dir')).toBe('/app/my dir');
    expect(directoryOfReport('javascript:alert(1)')).toBeUndefined();
    expect(directoryOfTitle('user@sbx: ~/app', '/home/user')).toBe('/home/user/app');
    expect(directoryOfTitle('vim', '/home/user')).toBeUndefined();
  });
});
