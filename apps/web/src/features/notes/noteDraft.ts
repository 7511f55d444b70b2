import { type Note, NoteId, NotePlace, RunId, type SandboxId } from '@sandglass/protocol';
import { z } from 'zod';
import { readPreference, writePreference } from '../../platform/storage.ts';
import { Model, useStore } from '../../platform/store.ts';

const Kept = z.object({
  open: z.boolean(),
  atUs: z.number().int().nonnegative(),
  text: z.string().max(20_000),
  place: NotePlace.nullable(),
  run: RunId.nullable(),
  /** The note whose words are changed; null: a new one. */
  editing: NoteId.nullable(),
});
export type NoteDraft = z.infer<typeof Kept>;
const nothing: NoteDraft = { open: false, atUs: 0, text: '', place: null, run: null, editing: null };

/** A note on its way. What was typed is kept in this browser: it outlives a reload, and a closed form. */
export class NoteDraftModel extends Model<NoteDraft> {
  readonly #key: string;

  constructor(sandbox: SandboxId) {
    const key = `note.${sandbox}`;
    super(readPreference(key, Kept) ?? nothing);
    this.#key = key;
  }

  /** A new one at a moment; what was typed before and never pinned goes on there. */
  begin(atUs: number, run: RunId | null): void {
    const { text, place } = this.state.editing === null ? this.state : nothing;
    this.#keep({
      open: true,
      atUs: Math.max(0, Math.round(atUs)),
      text,
      place: text === '' ? null : place,
      run,
      editing: null,
    });
  }

  edit({ id, atUs, text, place, run }: Note): void {
    this.#keep({ open: true, atUs, text, place, run, editing: id });
  }

  write(text: string): void {
    this.#keep({ ...this.state, text });
  }

  put(place: NotePlace | null): void {
    if (this.state.open) this.#keep({ ...this.state, place });
  }

  /** Out of the way; a new note's words are kept. */
  close(): void {
    this.#keep(this.state.editing === null ? { ...this.state, open: false } : nothing);
  }

  /** It was pinned, or thrown away. */
  clear(): void {
    this.#keep(nothing);
  }

  #keep(draft: NoteDraft): void {
    this.set(draft);
    writePreference(this.#key, draft.text === '' && !draft.open ? undefined : draft);
  }
}

const models = new Map<SandboxId, NoteDraftModel>();

export function noteDraft(sandbox: SandboxId): NoteDraftModel {
  const known = models.get(sandbox) ?? new NoteDraftModel(sandbox);
  models.set(sandbox, known);
  return known;
}

export const useNoteDraft = (sandbox: SandboxId): NoteDraft => useStore(noteDraft(sandbox));
