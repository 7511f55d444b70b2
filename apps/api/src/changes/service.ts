import { finished, type Readable } from 'node:stream';
import {
  AppError,
  type Base,
  type Changes,
  type Checkpoint,
  type CheckpointId,
  type FileEntry,
  type SandboxId,
  type TrashItem,
} from '@sandglass/protocol';
import { ChangeHistory } from '@sandglass/replay';
import type { CheckpointStore } from '../checkpoints/store.ts';
import type { Gates } from '../gate/gates.ts';
import type { SandboxFiles } from '../sandboxes/driver.ts';
import type { SandboxEntry } from '../sandboxes/entry.ts';
import type { SandboxRoom } from '../sandboxes/room.ts';
import type { ChangeService } from '../services.ts';
import type { BaseSource, Bases } from './bases.ts';
import { compare, find } from './compare.ts';

/** More is no list that anybody reads. */
const MOST_CHANGES = 2000;
/** Folds that stay for the next question. */
const KEPT_HISTORIES = 32;

export interface ChangeServiceOptions {
  readonly room: SandboxRoom;
  readonly checkpoints: CheckpointStore;
  readonly bases: Bases;
  readonly gates: Gates;
}

export function createChangeService({ room, checkpoints, bases, gates }: ChangeServiceOptions): ChangeService {
  const histories = new Map<string, ChangeHistory>();

  const checkpointOf = async (sandbox: SandboxId, id: CheckpointId): Promise<Checkpoint> => {
    const found = await checkpoints.get(id);
    if (found.sandbox === sandbox) return found;
    throw new AppError(
      'notFound',
      `Sandbox ${sandbox} has no checkpoint ${id}. List its checkpoints to see their ids.`,
    );
  };

  const sourceOf = async (entry: SandboxEntry, base: Base): Promise<BaseSource> => {
    const { image, parent } = entry.facts;
    if (base !== 'start') return { checkpoint: (await checkpointOf(entry.id, base)).id, image };
    if (parent === null) return { image };
    return { checkpoint: (await checkpoints.get(parent.checkpoint)).id, image };
  };

  /** The moments that were asked for last: who drags the playhead on needs only what came since. */
  const reached = new WeakMap<ChangeHistory, number>();

  const historyOf = async (
    entry: SandboxEntry,
    base: Base,
    { everything, untilUs }: { everything: boolean; untilUs?: number | undefined },
  ): Promise<ChangeHistory> => {
    const key = `${entry.id} ${base} ${everything} ${untilUs === undefined ? 'now' : 'then'}`;
    const seqs = new Map((await checkpoints.list(entry.id)).map(({ id, seq }) => [id, seq]));
    const baseSeq = base === 'start' ? 0 : (await checkpointOf(entry.id, base)).seq;
    const known = histories.get(key);
    const goesOn = known !== undefined && (untilUs === undefined || (reached.get(known) ?? 0) <= untilUs);
    const history = goesOn ? known : new ChangeHistory(base, { baseSeq, seqOf: (id) => seqs.get(id), everything });
    histories.delete(key);
    histories.set(key, history);
    if (histories.size > KEPT_HISTORIES) histories.delete(histories.keys().next().value as string);
    history.read(entry.log, untilUs);
    if (untilUs !== undefined) reached.set(history, untilUs);
    return history;
  };

  /** Null when the sandbox cannot be asked: what it is now is known from the log alone. */
  const present = (entry: SandboxEntry): SandboxFiles | null => {
    try {
      return entry.awake('compare').files;
    } catch {
      return null;
    }
  };

  const reach = async <T>(sandbox: SandboxId, base: Base, act: (files: BaseReach) => Promise<T>): Promise<T> =>
    await bases.use(await sourceOf(room.entry(sandbox), base), act);

  return {
    changes: async (sandbox, since, options) => {
      const entry = room.entry(sandbox);
      const history = await historyOf(entry, since, options);
      const { items, ignored } = history.list();
      const shown = items.slice(0, MOST_CHANGES);
      const about = {
        base: since,
        ignored,
        lost: history.lost,
        seq: history.seq,
        truncated: items.length > shown.length,
      };
      const now = options.compare && options.untilUs === undefined ? present(entry) : null;
      if (now === null || shown.length === 0)
        return { ...about, items: shown, compared: now !== null } satisfies Changes;
      const compared = await reach(sandbox, since, (base) => compare(shown, base, now));
      return { ...about, items: compared, compared: true };
    },
    revert: async (caller, sandbox, path, since, signal) => {
      const entry = room.entry(sandbox);
      const work = () =>
        reach(sandbox, since, async (base) => {
          const { files } = entry.awake('revert');
          const [before, after] = [await find(base, path), await find(files, path)];
          const refused = whyNot(path, before, after);
          if (refused !== null) throw refused;
          entry.lastActiveAtMs = room.clock.now();
          entry.touched.touch(path, caller.actor);
          const trashed = after === null ? null : await trash(files, path, before !== null);
          if (before === null) return { entry: null, trashed };
          const { content } = await base.read(path, { offset: 0 }, signal);
          const written = await files.write(path, content, { mode: before.mode, parents: true }, signal);
          return { entry: written, trashed };
        });
      const ready = () => void entry.awake('revert');
      return await gates.pass(
        entry,
        caller,
        { name: 'revert', summary: path, arguments: { path, since }, ready },
        {
          work,
          outcome: (done) => ({
            summary: done.entry === null ? 'it was not there: moved to the trash' : 'as it was',
          }),
        },
        signal,
      );
    },
    stat: async (sandbox, base, path) => await reach(sandbox, base, (files) => files.stat(path)),
    list: async (sandbox, base, path, limit, after) =>
      await reach(sandbox, base, (files) => files.list(path, limit, after)),
    read: async (sandbox, base, path, range, signal) => {
      const { files, release } = await bases.acquire(await sourceOf(room.entry(sandbox), base));
      try {
        const reading = await files.read(path, range, signal);
        finished(reading.content as Readable, release);
        return reading;
      } catch (error) {
        release();
        throw error;
      }
    },
  };
}

type BaseReach = Awaited<ReturnType<Bases['acquire']>>['files'];

function whyNot(path: string, before: FileEntry | null, after: FileEntry | null): AppError | null {
  if (before === null && after === null)
    return new AppError('notFound', `${path} is neither there now nor was it then.`);
  if (before !== null && before.kind !== 'file')
    return new AppError(
      'unprocessable',
      'Only ordinary files can be put back one by one. Restore the checkpoint instead.',
    );
  if (before !== null && after !== null && after.kind !== 'file')
    return new AppError('unprocessable', `${path} is something else than a file now. Move it away, then try again.`);
  return null;
}

async function trash(files: SandboxFiles, path: string, copy: boolean): Promise<TrashItem> {
  const { items, failed } = await files.trash([path], copy);
  const [item] = items;
  if (item !== undefined) return item;
  throw new AppError(failed[0]?.code ?? 'unprocessable', failed[0]?.message ?? `${path} could not be kept.`);
}
