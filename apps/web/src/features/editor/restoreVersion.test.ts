import type { Sandglass } from '@sandglass/client';
import { AppError, SandboxId } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { restoreVersion } from './restoreVersion.ts';

const sandbox = SandboxId.parse('sbx_aaaa');
const path = '/home/user/a.py';
const bytes = (text: string) => new TextEncoder().encode(text);

/** One file of a machine, as the routes give it. */
function machine(start: string | null) {
  const file = { text: start, version: start === null ? 'none' : 'v0', mode: 0o640 };
  const acts: string[] = [];
  const request = async (name: string, asked: { query?: Record<string, string>; body?: unknown }) => {
    const { query = {} } = asked;
    if (name === 'trashFiles') {
      acts.push('trash');
      file.text = null;
      return { items: [], failed: [] };
    }
    if (name === 'writeFile') {
      if (query['expectedVersion'] !== file.version) throw new AppError('conflict', 'It changed in the meantime.');
      file.text = new TextDecoder().decode(asked.body as Uint8Array);
      file.version = `v${acts.length + 1}`;
      acts.push(`write ${query['mode']}`);
      return { version: file.version };
    }
    if (file.text === null) throw new AppError('notFound', 'It is not there.');
    return name === 'stat' ? { version: file.version, mode: file.mode } : bytes(file.text);
  };
  return { file, acts, client: { request } as unknown as Pick<Sandglass, 'request'> };
}

it('writes the version back with its mode, and takes that back', async () => {
  const { file, acts, client } = machine('now');
  const undo = await restoreVersion(client, sandbox, { path, bytes: bytes('then'), mode: 0o755 });
  expect(file.text).toBe('then');
  await undo();
  expect(file.text).toBe('now');
  expect(acts).toEqual(['write 755', 'write 640']);
});

it('a file that is not there any more comes back, and goes again to the trash', async () => {
  const { file, acts, client } = machine(null);
  const undo = await restoreVersion(client, sandbox, { path, bytes: bytes('then'), mode: 0o644 });
  expect(file.text).toBe('then');
  await undo();
  expect(file.text).toBeNull();
  expect(acts).toEqual(['write 644', 'trash']);
});

it('never undoes over what somebody wrote since', async () => {
  const { file, client } = machine('now');
  const undo = await restoreVersion(client, sandbox, { path, bytes: bytes('then'), mode: 0o644 });
  file.text = 'somebody else';
  file.version = 'theirs';
  await expect(undo()).rejects.toMatchObject({ code: 'conflict' });
  expect(file.text).toBe('somebody else');
});
