import { AppError, type FileEntry, routes, type SandboxId, SandboxPath } from '@sandglass/protocol';
import type { Gates } from '../gate/gates.ts';
import type { Caller, FileService } from '../services.ts';
import type { SandboxFiles } from './driver.ts';
import type { SandboxEntry } from './entry.ts';
import type { SandboxRoom } from './room.ts';

/** Reads are not calls of the log; whatever changes something is. */
export function createFileService(room: SandboxRoom, gates: Gates): FileService {
  const reach = (sandbox: SandboxId, what: string): SandboxFiles => room.entry(sandbox).awake(what).files;

  /** Through the gate: `run` gets the arguments as they were let through. */
  const changing = async <A extends Record<string, unknown>, T>(
    caller: Caller,
    sandbox: SandboxId,
    asked: {
      readonly name: string;
      readonly summary: string;
      readonly arguments: A;
      readonly schema?: { parse(value: unknown): A };
      readonly paths: (given: A) => readonly string[];
    },
    run: (files: SandboxFiles, given: A) => Promise<T>,
    outcome: (result: T) => { summary: string; result?: Record<string, unknown> },
    signal?: AbortSignal,
  ): Promise<T> => {
    const entry = room.entry(sandbox);
    const { paths, ...ask } = asked;
    const work = async (passed: Record<string, unknown>) => {
      const given = passed as A;
      const { files } = entry.awake(asked.name);
      entry.lastActiveAtMs = room.clock.now();
      for (const path of paths(given)) entry.touched.touch(path, caller.actor);
      return await run(files, given);
    };
    const ready = () => void entry.awake(asked.name);
    return await gates.pass(entry, caller, { ...ask, ready }, { work, outcome }, signal);
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
      await changing(
        caller,
        sandbox,
        {
          name: 'trash',
          summary: several(paths),
          arguments: { paths: [...paths] },
          schema: routes.trashFiles.body,
          paths: (given) => given.paths,
        },
        (files, given) => files.trash(given.paths, false),
        ({ items, failed }) => ({
          summary: failed.length === 0 ? 'moved to the trash' : `${items.length} moved, ${failed.length} not`,
          result: { ids: items.map((item) => item.id) },
        }),
      ),
    restoreTrash: async (caller, sandbox, ids, overwrite) => {
      const wanted = new Set(ids);
      const trash = await reach(sandbox, 'bring back files').listTrash();
      const paths = trash.flatMap((item) => (wanted.has(item.id) ? item.path : []));
      return await changing(
        caller,
        sandbox,
        { name: 'untrash', summary: several(paths), arguments: { ids, overwrite }, paths: () => paths },
        (files) => files.restoreTrash(ids, overwrite),
        ({ items, failed }) => ({
          summary: failed.length === 0 ? 'brought back' : `${items.length} brought back, ${failed.length} not`,
          result: { paths: items.map((item) => item.path) },
        }),
      );
    },
    emptyTrash: async (caller, sandbox) =>
      await changing(
        caller,
        sandbox,
        { name: 'trash', summary: 'emptied', arguments: {}, paths: () => [] },
        (files) => files.emptyTrash(),
        () => ({ summary: 'emptied' }),
      ),
    read: async (sandbox, path, range, signal) => await reach(sandbox, 'read').read(path, range, signal),
    readArchive: async (sandbox, path, signal) => await reach(sandbox, 'download').readArchive(path, signal),
    write: async (caller, sandbox, path, content, options, signal) =>
      await changing(
        caller,
        sandbox,
        {
          name: 'write',
          summary: path,
          arguments: { path, ...options },
          schema: { parse: (value) => ({ ...pathOf(value, options), ...options }) },
          paths: (given) => [given.path],
        },
        async (files, given) => {
          const { sizeBytes } = options;
          const pieces = gates.of(room.entry(sandbox)).pieces(caller, content);
          if (sizeBytes === undefined) return await files.write(given.path, pieces, options, signal);
          await refuseTooLarge(room.entry(sandbox), sizeBytes);
          return await files.write(given.path, exactly(pieces, sizeBytes), options, signal);
        },
        written,
        signal,
      ),
    makeDirectory: async (caller, sandbox, path, user) =>
      await changing(
        caller,
        sandbox,
        {
          name: 'mkdir',
          summary: path,
          arguments: { path },
          schema: routes.makeDirectory.body,
          paths: (given) => [given.path],
        },
        (files, given) => files.makeDirectory(given.path, user),
        placed,
      ),
    move: async (caller, sandbox, from, to, overwrite) =>
      await changing(
        caller,
        sandbox,
        {
          name: 'move',
          summary: `${from} → ${to}`,
          arguments: { from, to, overwrite },
          schema: { parse: (value) => ({ overwrite: false, ...routes.moveFile.body.parse(value) }) },
          paths: (given) => [given.from, given.to],
        },
        (files, given) => files.move(given.from, given.to, given.overwrite ?? false),
        placed,
      ),
    remove: async (caller, sandbox, path, recursive) =>
      await changing(
        caller,
        sandbox,
        {
          name: 'remove',
          summary: path,
          arguments: { path, recursive },
          schema: { parse: (value) => ({ ...pathOf(value, { recursive }), recursive }) },
          paths: (given) => [given.path],
        },
        (files, given) => files.remove(given.path, recursive),
        () => ({ summary: 'removed' }),
      ),
    writeArchive: async (caller, sandbox, path, content, signal) =>
      await changing(
        caller,
        sandbox,
        {
          name: 'upload',
          summary: path,
          arguments: { path },
          schema: { parse: (value) => pathOf(value, {}) },
          paths: (given) => [given.path],
        },
        (files, given) => files.writeArchive(given.path, gates.of(room.entry(sandbox)).pieces(caller, content), signal),
        placed,
        signal,
      ),
  };
}

/** Edited arguments of which only the path can be another one. @throws AppError */
function pathOf(value: unknown, fixed: Record<string, unknown>): { path: string } {
  const { path, ...rest } = value as Record<string, unknown>;
  const other = [...new Set([...Object.keys(rest), ...Object.keys(fixed)])].find((key) => rest[key] !== fixed[key]);
  if (other !== undefined) throw new AppError('badRequest', `arguments.${other}: only the path can be changed here.`);
  return { path: SandboxPath.parse(path) };
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
