import { AppError, type FileEntry, type SandboxId } from '@sandglass/protocol';
import type { Caller, FileService } from '../services.ts';
import { askCall, type CallFacts } from './calls.ts';
import type { SandboxFiles } from './driver.ts';
import type { SandboxEntry } from './entry.ts';
import type { SandboxRoom } from './room.ts';

/** Reads are not calls of the log; whatever changes something is. */
export function createFileService(room: SandboxRoom): FileService {
  const reach = (sandbox: SandboxId, what: string): SandboxFiles => room.entry(sandbox).awake(what).files;

  const recorded = async <T>(
    caller: Caller,
    sandbox: SandboxId,
    facts: CallFacts & { readonly paths: readonly string[] },
    run: (files: SandboxFiles) => Promise<T>,
    outcome: (result: T) => { summary: string; result?: Record<string, unknown> },
  ): Promise<T> => {
    const entry = room.entry(sandbox);
    const { files } = entry.awake(facts.name);
    entry.lastActiveAtMs = room.clock.now();
    for (const path of facts.paths) entry.touched.touch(path, caller.actor);
    const call = askCall(entry.log, caller, room.newId.call(), facts);
    try {
      const result = await run(files);
      call.ended(outcome(result));
      return result;
    } catch (error) {
      if (!entry.ended) call.failed(error);
      throw error;
    }
  };
  const written = (entry: FileEntry) => ({
    summary: `${entry.sizeBytes} bytes`,
    result: { path: entry.path, sizeBytes: entry.sizeBytes, version: entry.version },
  });
  const placed = (entry: FileEntry) => ({ summary: entry.path, result: { path: entry.path } });

  return {
    stat: async (sandbox, path, terminal) => await reach(sandbox, 'stat').stat(path, terminal),
    list: async (sandbox, path, limit, after) => {
      const listing = await reach(sandbox, 'list').list(path, limit, after);
      return { ...listing, items: listing.items.toSorted(byName) };
    },
    listTrash: async (sandbox) => await reach(sandbox, 'look into the trash').listTrash(),
    find: async (sandbox, query, signal) => await reach(sandbox, 'find').find(query, signal),
    trash: async (caller, sandbox, paths) =>
      await recorded(
        caller,
        sandbox,
        { name: 'trash', summary: several(paths), arguments: { paths }, paths },
        (files) => files.trash(paths, false),
        ({ items, failed }) => ({
          summary: failed.length === 0 ? 'moved to the trash' : `${items.length} moved, ${failed.length} not`,
          result: { ids: items.map((item) => item.id) },
        }),
      ),
    restoreTrash: async (caller, sandbox, ids, overwrite) => {
      const wanted = new Set(ids);
      const trash = await reach(sandbox, 'bring back files').listTrash();
      const paths = trash.flatMap((item) => (wanted.has(item.id) ? item.path : []));
      return await recorded(
        caller,
        sandbox,
        { name: 'untrash', summary: several(paths), arguments: { ids, overwrite }, paths },
        (files) => files.restoreTrash(ids, overwrite),
        ({ items, failed }) => ({
          summary: failed.length === 0 ? 'brought back' : `${items.length} brought back, ${failed.length} not`,
          result: { paths: items.map((item) => item.path) },
        }),
      );
    },
    emptyTrash: async (caller, sandbox) =>
      await recorded(
        caller,
        sandbox,
        { name: 'trash', summary: 'emptied', arguments: {}, paths: [] },
        (files) => files.emptyTrash(),
        () => ({ summary: 'emptied' }),
      ),
    read: async (sandbox, path, range, signal) => await reach(sandbox, 'read').read(path, range, signal),
    readArchive: async (sandbox, path, signal) => await reach(sandbox, 'download').readArchive(path, signal),
    write: async (caller, sandbox, path, content, options, signal) =>
      await recorded(
        caller,
        sandbox,
        { name: 'write', summary: path, arguments: { path, ...options }, paths: [path] },
        async (files) => {
          const { sizeBytes } = options;
          if (sizeBytes === undefined) return await files.write(path, content, options, signal);
          await refuseTooLarge(room.entry(sandbox), sizeBytes);
          return await files.write(path, exactly(content, sizeBytes), options, signal);
        },
        written,
      ),
    makeDirectory: async (caller, sandbox, path) =>
      await recorded(
        caller,
        sandbox,
        { name: 'mkdir', summary: path, arguments: { path }, paths: [path] },
        (files) => files.makeDirectory(path),
        placed,
      ),
    move: async (caller, sandbox, from, to, overwrite) =>
      await recorded(
        caller,
        sandbox,
        { name: 'move', summary: `${from} → ${to}`, arguments: { from, to, overwrite }, paths: [from, to] },
        (files) => files.move(from, to, overwrite),
        placed,
      ),
    remove: async (caller, sandbox, path, recursive) =>
      await recorded(
        caller,
        sandbox,
        { name: 'remove', summary: path, arguments: { path, recursive }, paths: [path] },
        (files) => files.remove(path, recursive),
        () => ({ summary: 'removed' }),
      ),
    writeArchive: async (caller, sandbox, path, content, signal) =>
      await recorded(
        caller,
        sandbox,
        { name: 'upload', summary: path, arguments: { path }, paths: [path] },
        (files) => files.writeArchive(path, content, signal),
        placed,
      ),
  };
}

const several = (paths: readonly string[]): string =>
  paths.length === 1 ? (paths[0] as string) : `${paths.length} files: ${paths.slice(0, 3).join(', ')}`;

/** Smaller ones just try: asking would cost more than it saves. */
const WORTH_ASKING_BYTES = 67_108_864;

/** The limit of a sandbox's disk does not show inside it, so a large upload would fail only after all of it was sent. */
async function refuseTooLarge(entry: SandboxEntry, sizeBytes: number): Promise<void> {
  if (sizeBytes < WORTH_ASKING_BYTES || !entry.facts.capabilities.limits.disk) return;
  const { diskBytes } = await entry.reachable().stats();
  const leftBytes = Math.max(0, entry.facts.limits.diskMb * 1_048_576 - diskBytes);
  if (sizeBytes <= leftBytes) return;
  const [size, left] = [sizeBytes, leftBytes].map((bytes) => Math.floor(bytes / 1_048_576));
  throw new AppError(
    'noSpace',
    `The file has ${size} MB, the disk of the sandbox has ${left} MB left. Make room, or use a larger limit.`,
  );
}

/** A file is written whole or not at all: what ends early or goes on too long is refused before it takes its place. */
async function* exactly(content: AsyncIterable<Uint8Array>, sizeBytes: number): AsyncIterable<Uint8Array> {
  let got = 0;
  for await (const chunk of content) {
    got += chunk.length;
    if (got > sizeBytes) break;
    yield chunk;
  }
  if (got !== sizeBytes)
    throw new AppError(
      'badRequest',
      `The upload said ${sizeBytes} bytes and brought ${got < sizeBytes ? got : 'more'}. Send it again.`,
    );
}

/** Directories first, then by name, the same in every locale. */
function byName(a: FileEntry, b: FileEntry): number {
  const isDirectory = (entry: FileEntry) => entry.kind === 'directory' || entry.targetKind === 'directory';
  return Number(isDirectory(b)) - Number(isDirectory(a)) || (a.name < b.name ? -1 : 1);
}
