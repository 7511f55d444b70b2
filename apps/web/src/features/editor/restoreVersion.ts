import type { Sandglass } from '@sandglass/client';
import { isAppError, type SandboxId } from '@sandglass/protocol';

type Client = Pick<Sandglass, 'request'>;

/** Takes back what was restored. @throws conflict when the file changed since */
export type Undo = () => Promise<void>;

/** Writes a version back, as a person's act like any other; what was there is held so that it can be taken back. */
export async function restoreVersion(
  client: Client,
  sandbox: SandboxId,
  version: { readonly path: string; readonly bytes: Uint8Array<ArrayBuffer>; readonly mode: number },
): Promise<Undo> {
  const params = { sandbox };
  const { path } = version;
  const before = await present(client, sandbox, path);
  const written = await client.request('writeFile', {
    params,
    query: {
      path,
      expectedVersion: before?.version ?? 'none',
      parents: 'true',
      mode: octal(version.mode),
    },
    body: version.bytes,
  });
  return async () => {
    if (before === null) await client.request('trashFiles', { params, body: { paths: [path] } });
    else
      await client.request('writeFile', {
        params,
        query: { path, expectedVersion: written.version, mode: octal(before.mode) },
        body: before.bytes,
      });
  };
}

const octal = (mode: number) => (mode & 0o7777).toString(8).padStart(3, '0');

async function present(client: Client, sandbox: SandboxId, path: string) {
  const params = { sandbox };
  try {
    const { version, mode } = await client.request('stat', { params, query: { path } });
    const bytes = new Uint8Array(await client.request('readFile', { params, query: { path } }));
    return { version, mode, bytes };
  } catch (error) {
    if (isAppError(error) && error.code === 'notFound') return null;
    throw error;
  }
}
