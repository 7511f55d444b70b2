/** filesystem.Filesystem, but for watching. */
import { dirname } from 'node:path';
import { AppError, type FileEntry, isAppError } from '@sandglass/protocol';
import { z } from 'zod';
import { entryShape } from './entries.ts';
import { readFileMetadata } from './fileMetadata.ts';
import type { Inside } from './inside.ts';
import { homePath } from './processes.ts';

const Path = z.string().max(4_096).default('');
export const ByPath = z.object({ path: Path });
export const Move = z.object({ source: Path, destination: Path });
export const List = z.object({ path: Path, depth: z.number().int().min(0).max(1_000).default(1) });

const PAGE = 1_000;
/** A listing of more is no answer to anybody. */
const MOST_ENTRIES = 100_000;

const found = async (inside: Inside, path: string): Promise<FileEntry | null> => {
  try {
    return await inside.services.files.stat(inside.sandbox.id, path);
  } catch (error) {
    if (isAppError(error) && error.code === 'notFound') return null;
    throw error;
  }
};

export async function stat(inside: Inside, { path }: z.output<typeof ByPath>): Promise<object> {
  const entry = await inside.services.files.stat(inside.sandbox.id, homePath(path, inside.user));
  const metadata = await readFileMetadata(inside, [entry.path]);
  return { entry: entryShape(entry, metadata.get(entry.path)) };
}

export async function makeDirectory(inside: Inside, request: z.output<typeof ByPath>): Promise<object> {
  const path = homePath(request.path, inside.user);
  const before = await found(inside, path);
  if (before?.kind === 'directory' || before?.targetKind === 'directory')
    throw new AppError('alreadyExists', `directory already exists: ${path}`);
  if (before) throw new AppError('badRequest', `path already exists but it is not a directory: ${path}`);
  const entry = await inside.services.files.makeDirectory(inside.caller, inside.sandbox.id, path, inside.user);
  return { entry: entryShape(entry) };
}

export async function move(inside: Inside, { source, destination }: z.output<typeof Move>): Promise<object> {
  const { services, sandbox, caller, user } = inside;
  const from = homePath(source, user);
  const to = homePath(destination, user);
  // Before anything is made for it.
  await services.files.stat(sandbox.id, from);
  if (!(await found(inside, dirname(to)))) await services.files.makeDirectory(caller, sandbox.id, dirname(to), user);
  return { entry: entryShape(await services.files.move(caller, sandbox.id, from, to, true)) };
}

/** What is not there is removed already. */
export async function remove(inside: Inside, { path }: z.output<typeof ByPath>): Promise<object> {
  const { services, sandbox, caller, user } = inside;
  try {
    await services.files.remove(caller, sandbox.id, homePath(path, user), true);
  } catch (error) {
    if (!isAppError(error) || error.code !== 'notFound') throw error;
  }
  return {};
}

export async function listDirectory(inside: Inside, { path, depth }: z.output<typeof List>): Promise<object> {
  const top = homePath(path, inside.user);
  const listed: FileEntry[] = [];
  const descend = async (directory: string, left: number): Promise<void> => {
    let after: string | undefined;
    do {
      const page = await inside.services.files.list(inside.sandbox.id, directory, PAGE, after);
      for (const entry of page.items) {
        if (listed.length >= MOST_ENTRIES)
          throw new AppError('limitExceeded', `There are more than ${MOST_ENTRIES} entries; list with less depth.`);
        listed.push(entry);
        // A link is not followed.
        if (left > 1 && entry.kind === 'directory') await descend(entry.path, left - 1);
      }
      after = page.next ?? undefined;
    } while (after !== undefined);
  };
  const itself = await inside.services.files.stat(inside.sandbox.id, top);
  if (itself.kind !== 'directory' && itself.targetKind !== 'directory')
    throw new AppError('badRequest', `path is not a directory: ${top}`);
  await descend(top, Math.max(1, depth));
  const metadata = await readFileMetadata(
    inside,
    listed.map((entry) => entry.path),
  );
  return { entries: listed.map((entry) => entryShape(entry, metadata.get(entry.path))) };
}
