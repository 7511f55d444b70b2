import type { Sandglass } from '@sandglass/client';
import type { ByteSource } from '@sandglass/replay/bundle';

/** The file that the server was started to replay, read by range; undefined where it was not. */
export async function findServedFile(
  client: Pick<Sandglass, 'request'>,
): Promise<{ name: string; bytes: ByteSource } | undefined> {
  const { file } = await client.request('replayedFile');
  if (file === null) return undefined;
  const read = async (offset: number, length: number): Promise<Uint8Array> =>
    length === 0
      ? new Uint8Array()
      : await client.request('replayedBytes', { headers: { range: `bytes=${offset}-${offset + length - 1}` } });
  return { name: file.name, bytes: { sizeBytes: file.sizeBytes, read } };
}
