import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { compatibilityPage } from './table.ts';

it('says in docs/ what the cases say', async () => {
  const page = fileURLToPath(new URL('../../../../../../docs/doors/e2b-compatibility.md', import.meta.url));
  await expect(compatibilityPage()).toMatchFileSnapshot(page);
});
