import { expect, it } from 'vitest';
import { blindRules } from '../law.mjs';
import { typeOnlySpecifiers } from './cycles.mjs';

it('sees a violation of every rule', async () => {
  expect(await blindRules()).toEqual([]);
});

it('tells type imports from others', () => {
  const text = `import type { A } from './a.ts';\nimport { type B, type C } from './b.ts';\nimport { type D, d } from './d.ts';
import e from './e.ts';\nexport type { F } from './f.ts';\nimport type { G } from './g.ts';\nimport { g } from './g.ts';\n`;
  expect([...typeOnlySpecifiers(text)]).toEqual(['./a.ts', './b.ts', './f.ts']);
});
