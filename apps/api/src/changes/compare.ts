/** What is true of names that may have changed: both sides are looked at. */
import type { Readable } from 'node:stream';
import { type FileEntry, isAppError } from '@sandglass/protocol';
import type { FoldedChange } from '@sandglass/replay';
import type { SandboxFiles } from '../sandboxes/driver.ts';

export type Side = Pick<SandboxFiles, 'stat' | 'read'>;

const AT_ONCE = 16;
/** Of the same size: up to so many bytes the contents say whether it is the same file, beyond it the time. */
const WORTH_READING_BYTES = 262_144;

export async function compare(changes: readonly FoldedChange[], base: Side, now: Side): Promise<FoldedChange[]> {
  const waiting = [...changes.entries()];
  const results: (FoldedChange | null)[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      results[next[0]] = await compareOne(next[1], base, now);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results.filter((change) => change !== null);
}

async function compareOne(change: FoldedChange, base: Side, now: Side): Promise<FoldedChange | null> {
  const { path, from } = change;
  const [before, after] = await Promise.all([find(base, path), find(now, path)]);
  if (before !== null && after !== null) {
    if (before.kind === 'directory' && after.kind === 'directory') return null;
    return (await isSame(before, after, base, now)) ? null : { ...change, status: 'modified', from: null };
  }
  if (before !== null) return { ...change, status: 'deleted', from: null, directory: before.kind === 'directory' };
  if (after === null) return null;
  const directory = after.kind === 'directory';
  const moved = from !== null && (await find(base, from)) !== null && (await find(now, from)) === null;
  if (moved) return { ...change, directory };
  return directory ? null : { ...change, status: 'added', from: null, directory };
}

async function isSame(before: FileEntry, after: FileEntry, base: Side, now: Side): Promise<boolean> {
  if (before.kind !== after.kind || before.mode !== after.mode || before.target !== after.target) return false;
  if (before.kind !== 'file') return true;
  if (before.sizeBytes !== after.sizeBytes) return false;
  if (before.sizeBytes > WORTH_READING_BYTES) return before.modifiedAtMs === after.modifiedAtMs;
  const [one, other] = await Promise.all([readAll(base, before.path), readAll(now, after.path)]);
  return one !== null && other !== null && one.equals(other);
}

async function readAll(side: Side, path: string): Promise<Buffer | null> {
  try {
    const { content } = await side.read(path, { offset: 0 }, new AbortController().signal);
    return Buffer.concat(await collect(content));
  } catch {
    return null;
  }
}

async function collect(content: Readable): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk as Buffer);
  return chunks;
}

/** Null when it is not there; what went wrong otherwise is thrown. */
export async function find(side: Pick<Side, 'stat'>, path: string): Promise<FileEntry | null> {
  try {
    return await side.stat(path);
  } catch (error) {
    // A part of the path may be a file on one side and a directory on the other.
    if (isAppError(error) && (error.code === 'notFound' || error.code === 'unprocessable')) return null;
    throw error;
  }
}
