import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SandboxId } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { openDatabase } from '../database/open.ts';
import { doorSteps, openDoorMemory } from './doorMemory.ts';

it('keeps a door’s facts and its key over a restart, apart from those of other doors', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sandglass-door-'));
  const sandbox = SandboxId.parse('sbx_aaaa');
  const zeros = (bytes: number) => new Uint8Array(bytes);
  const open = () => openDatabase({ path: join(directory, 'db'), steps: doorSteps });
  const database = await open();
  const memory = await openDoorMemory(database, 'one', zeros);
  expect(memory.get(sandbox)).toBeUndefined();
  await memory.save(sandbox, { a: 1 });
  await memory.save(sandbox, { a: 2 });
  await database.destroy();

  const again = await open();
  const later = await openDoorMemory(again, 'one', (bytes) => new Uint8Array(bytes).fill(7));
  expect([later.get(sandbox), later.key]).toEqual([{ a: 2 }, memory.key]);
  expect((await openDoorMemory(again, 'other', zeros)).get(sandbox)).toBeUndefined();
  await again.destroy();
  rmSync(directory, { recursive: true, force: true });
});
