import { Readable } from 'node:stream';
import type { SandboxFiles } from '../../sandboxes/driver.ts';
import type { FakeMachine } from './fakeMachine.ts';
import { packFolder, unpackInto } from './fakeTar.ts';

/** The files half of a fake sandbox's handle. */
export function fakeSandboxFiles(machine: () => FakeMachine): SandboxFiles {
  const files = () => machine().files;
  return {
    stat: async (path) => files().stat(path),
    list: async (path, limit) => {
      const all = files().list(path);
      return { path: all.path, items: all.items.slice(0, limit), truncated: all.items.length > limit };
    },
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
