import { AppError, formatId, type Note, NoteId, type RunId, type SandboxId, type TokenId } from '@sandglass/protocol';
import type { SandboxEntry } from '../sandboxes/entry.ts';
import type { SandboxRoom } from '../sandboxes/room.ts';
import type { Caller, NoteService } from '../services.ts';
import type { ReviewStore } from './store.ts';

/** Every note there is, in memory. */
export class NoteBook {
  readonly #notes = new Map<NoteId, Note>();
  readonly #bySandbox = new Map<SandboxId, Set<NoteId>>();

  put(note: Note): void {
    this.#notes.set(note.id, note);
    this.#bySandbox.set(note.sandbox, (this.#bySandbox.get(note.sandbox) ?? new Set()).add(note.id));
  }

  remove(note: Note): void {
    this.#notes.delete(note.id);
    this.#bySandbox.get(note.sandbox)?.delete(note.id);
  }

  all(): Note[] {
    return [...this.#notes.values()];
  }

  /** By moment. */
  of(sandbox: SandboxId): Note[] {
    return [...(this.#bySandbox.get(sandbox) ?? [])]
      .map((id) => this.#notes.get(id)!)
      .sort((a, b) => a.atUs - b.atUs || a.createdAtMs - b.createdAtMs);
  }

  /** Those written to a run, and those pinned to a moment of it. */
  within(run: { id: RunId; sandbox: SandboxId; startedAtUs: number; endedAtUs: number | null }): Note[] {
    const endUs = run.endedAtUs ?? Number.POSITIVE_INFINITY;
    return this.of(run.sandbox).filter(
      ({ run: id, atUs }) => id === run.id || (id === null && atUs >= run.startedAtUs && atUs <= endUs),
    );
  }

  /** @throws AppError notFound */
  get(sandbox: SandboxId, id: NoteId): Note {
    const note = this.#notes.get(id);
    if (note?.sandbox === sandbox) return note;
    throw new AppError('notFound', `Sandbox ${sandbox} has no note ${id}. It may have been removed.`);
  }
}

/** From disk. Those of a recording that is not kept any more go, too. */
export async function loadNotes({ room, book, store }: Pick<NotesOptions, 'room' | 'book' | 'store'>): Promise<void> {
  const known = await room.store.ids();
  for (const note of await store.notes()) {
    if (!known.has(note.sandbox)) await store.removeNote(note.id);
    else book.put(note);
  }
}

export interface NotesOptions {
  readonly room: SandboxRoom;
  readonly book: NoteBook;
  readonly store: ReviewStore;
  readonly random: (bytes: number) => Uint8Array;
  readonly tokenName: (token: TokenId) => Promise<string | undefined>;
}

export function createNoteService({ room, book, store, random, tokenName }: NotesOptions): NoteService {
  const tell = (
    entry: SandboxEntry,
    caller: Caller,
    { note, change }: { note: Note; change: 'written' | 'edited' | 'removed' },
  ): void => {
    // The log of what has ended is closed: the note is to it, not in it.
    if (entry.ended) return;
    const data = { note: note.id, change, atUs: note.atUs };
    entry.append({ kind: 'note.changed', actor: caller.actor, by: caller.token, data });
  };

  return {
    list: (sandbox) => {
      room.entry(sandbox);
      return book.of(sandbox);
    },
    all: () => book.all().filter(({ sandbox }) => room.has(sandbox)),
    write: async (caller, sandbox, body) => {
      const entry = room.entry(sandbox);
      const endUs = entry.ended ? entry.log.lastUs : entry.log.now();
      if (body.atUs > endUs + 1_000_000)
        throw new AppError('badRequest', 'The moment is after the end of the recording. Choose an earlier one.');
      const note: Note = {
        id: NoteId.parse(formatId('not', random(16))),
        sandbox,
        run: body.run ?? null,
        atUs: Math.min(body.atUs, endUs),
        place: body.place ?? null,
        text: body.text,
        by: { token: caller.token, name: (await tokenName(caller.token)) ?? caller.token },
        createdAtMs: room.clock.now(),
        editedAtMs: null,
      };
      await store.saveNote(note);
      book.put(note);
      tell(entry, caller, { note, change: 'written' });
      return note;
    },
    edit: async (caller, sandbox, id, { text, place }) => {
      const entry = room.entry(sandbox);
      const note: Note = {
        ...book.get(sandbox, id),
        ...(text === undefined ? {} : { text }),
        ...(place === undefined ? {} : { place }),
        editedAtMs: room.clock.now(),
      };
      await store.saveNote(note);
      book.put(note);
      tell(entry, caller, { note, change: 'edited' });
      return note;
    },
    remove: async (caller, sandbox, id) => {
      const entry = room.entry(sandbox);
      const note = book.get(sandbox, id);
      await store.removeNote(id);
      book.remove(note);
      tell(entry, caller, { note, change: 'removed' });
    },
  };
}
