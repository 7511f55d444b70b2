import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FileTree } from './fileTree.ts';

const nowhere = () => null;

it('names a folder as it was called when it was made, moved and moved again', () => {
  const tree = new FileTree('root', nowhere, nowhere);
  tree.placed('a', 'root', 'a');
  tree.placed('b', 'a', 'b');
  expect(tree.pathOf('b', 'f')).toBe('/a/b/f');
  tree.moved('a', 'root', 'z');
  expect(tree.pathOf('b', 'f')).toBe('/z/b/f');
  expect(tree.pathOf('b', '.')).toBe('/z/b');
  expect(tree.pathOf('root', '.')).toBe('/');
  tree.removed('b');
  expect(tree.pathOf('b', 'f')).toBeNull();
});

it('asks the source for what no event told of, and events win over it', () => {
  const source = new Map([
    ['etc', { parent: 'root', name: 'etc' }],
    ['apt', { parent: 'etc', name: 'apt' }],
  ]);
  const tree = new FileTree('root', (directory) => source.get(directory) ?? null, nowhere);
  expect(tree.pathOf('apt', 'x')).toBe('/etc/apt/x');
  tree.moved('etc', 'root', 'old');
  expect(tree.pathOf('apt', 'x')).toBe('/old/apt/x');
});

it('asks the disk last, and again after a folder was moved', () => {
  let name = 'home/a';
  const tree = new FileTree('root', nowhere, () => ({ parent: null, name }));
  expect(tree.pathOf('a', 'x')).toBe('/home/a/x');
  name = 'home/b';
  expect(tree.pathOf('a', 'x')).toBe('/home/a/x');
  tree.moved('other', 'root', 'o');
  expect(tree.pathOf('a', 'x')).toBe('/home/b/x');
});

it('agrees with a plain model of the tree, and never loops', () => {
  const step = fc.record({ directory: fc.nat(9), parent: fc.nat(10), name: fc.constantFrom('x', 'y', 'z') });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const tree = new FileTree('10', nowhere, nowhere);
      const model = new Map<string, { parent: string; name: string }>();
      const path = (at: string, seen: readonly string[] = []): string | null => {
        if (at === '10') return '';
        const place = model.get(at);
        if (!place || seen.includes(at)) return null;
        const above = path(place.parent, [...seen, at]);
        return above === null ? null : `${above}/${place.name}`;
      };
      for (const { directory, parent, name } of steps) {
        tree.moved(String(directory), String(parent), name);
        model.set(String(directory), { parent: String(parent), name });
      }
      for (let directory = 0; directory < 10; directory++) {
        const expected = path(String(directory));
        expect(tree.pathOf(String(directory), 'f')).toBe(expected === null ? null : `${expected}/f`);
      }
    }),
  );
});
