import { Readable } from 'node:stream';
import type { FileEntry, FileListing } from '@sandglass/protocol';
import type { SandboxFiles } from '../../sandboxes/driver.ts';
import type { FakeFiles } from './fakeFiles.ts';
import { findInFake } from './fakeFind.ts';
import type { FakeMachine } from './fakeMachine.ts';
import { packFolder, unpackInto } from './fakeTar.ts';
import { FakeTrash } from './fakeTrash.ts';

/** The files half of a fake sandbox's handle. */
export function fakeSandboxFiles(machine: () => Pick<FakeMachine, 'files'>): SandboxFiles {
  const files = () => machine().files;
  const trash = () => new FakeTrash(files());
  return {
    stat: async (path) => files().stat(path),
    list: async (path, limit, after) => listPage(files(), path, limit, after),
    read: async (path, range, signal) => {
      signal.throwIfAborted();
      const { entry, bytes } = files().read(path);
      const end = range.length === undefined ? bytes.length : range.offset + range.length;
      return { entry, content: Readable.from(slices(bytes.subarray(range.offset, end)), { objectMode: false }) };
    },
    write: async (path, content, options, signal) => {
      files().checkWrite(path, options);
      const bytes = await collect(content, signal, (sizeBytes) => files().checkWrite(path, { ...options, sizeBytes }));
      return files().writeSync(path, bytes, options);
    },
    makeDirectory: async (path) => files().makeDirectory(path),
    move: async (from, to, overwrite) => files().move(from, to, overwrite),
    remove: async (path, recursive) => files().remove(path, recursive),
    trash: async (paths, copy) => trash().put(paths, copy),
    listTrash: async () => trash().list(),
    restoreTrash: async (ids, overwrite) => trash().restore(ids, overwrite),
    emptyTrash: async () => trash().empty(),
    find: async (query, signal) => {
      signal.throwIfAborted();
      return findInFake(files(), query);
    },
    readArchive: async (path, signal) => {
      signal.throwIfAborted();
      return Readable.from(slices(packFolder(files(), path)), { objectMode: false });
    },
    writeArchive: async (path, content, signal) => {
      const bytes = await collect(content, signal, () => {});
      unpackInto(files(), path, bytes);
      return files().stat(path);
    },
  };
}

/** As the guest's: the end of a page is its last name, with its kind before it. */
export function listPage(files: FakeFiles, path: string, limit: number, after?: string): FileListing {
  const all = files.list(path);
  const keyOf = ({ name, kind, targetKind }: FileEntry) =>
    `${kind === 'directory' || targetKind === 'directory' ? 'd' : 'f'}${name}`;
  const left = all.items.filter((item) => after === undefined || keyOf(item) > after);
  const items = left.slice(0, limit);
  const last = items.at(-1);
  const truncated = left.length > items.length;
  return { path: all.path, items, truncated, next: truncated && last ? keyOf(last) : null, total: all.items.length };
}

function* slices(bytes: Uint8Array): Iterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

async function collect(
  content: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
  check: (sizeBytes: number) => void,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of content) {
    signal.throwIfAborted();
    sizeBytes += chunk.length;
    check(sizeBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
