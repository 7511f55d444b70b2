/** Reads one version of a file, or says that it was not one version: looked at before and after, so that halves of two never count. */
import { createHash } from 'node:crypto';
import { type BlobHash, type FileEntry, type FileFacts, isAppError, MOST_KEPT_BYTES } from '@sandglass/protocol';
import type { SandboxFiles } from '../../sandboxes/driver.ts';

export type Reach = Pick<SandboxFiles, 'stat' | 'list' | 'read'>;
type Known = Omit<FileFacts, 'content'>;

export type Reading =
  | { readonly found: 'bytes'; readonly known: Known; readonly bytes: Buffer }
  | { readonly found: 'large'; readonly known: Known; readonly hash: BlobHash | undefined }
  /** A link, a pipe: there is nothing to be read. */
  | { readonly found: 'other'; readonly known: Known }
  /** It changed while it was read. */
  | { readonly found: 'changed' }
  | { readonly found: 'nothing' }
  | { readonly found: 'directory' };

/** Of larger ones the sum is not worth what reading them costs the sandbox. */
const MOST_SUMMED_BYTES = 16 * 1_048_576;

/** @throws what the sandbox says, except that it is not there */
export async function readVersion(files: Reach, path: string, signal: AbortSignal): Promise<Reading> {
  const before = await statOf(files, path);
  if (before === null) return { found: 'nothing' };
  if (before.kind === 'directory') return { found: 'directory' };
  const known = knownOf(before);
  if (before.kind !== 'file') return { found: 'other', known };
  if (before.sizeBytes > MOST_SUMMED_BYTES) return { found: 'large', known, hash: undefined };
  const { entry, content } = await files.read(path, { offset: 0, length: before.sizeBytes + 1 }, signal);
  if (entry.version !== before.version) {
    content.destroy();
    return { found: 'changed' };
  }
  const chunks: Buffer[] = [];
  const sum = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of content as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (before.sizeBytes <= MOST_KEPT_BYTES) chunks.push(chunk);
    else sum.update(chunk);
  }
  const after = await statOf(files, path);
  if (after?.version !== before.version || sizeBytes !== before.sizeBytes) return { found: 'changed' };
  if (before.sizeBytes <= MOST_KEPT_BYTES) return { found: 'bytes', known, bytes: Buffer.concat(chunks) };
  return { found: 'large', known, hash: sum.digest('hex') };
}

export const knownOf = ({ kind, sizeBytes, mode, modifiedAtMs, target }: FileEntry): Known => ({
  kind: kind === 'directory' ? 'other' : kind,
  sizeBytes,
  mode,
  modifiedAtMs,
  ...(target !== null && { target }),
});

async function statOf(files: Reach, path: string): Promise<FileEntry | null> {
  try {
    return await files.stat(path);
  } catch (error) {
    // A part of the path may be a file by now.
    if (isAppError(error) && (error.code === 'notFound' || error.code === 'unprocessable')) return null;
    throw error;
  }
}
