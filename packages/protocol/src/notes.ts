/** What people write to a recording: to a moment, and, where there is a screen, to a place on it. */
import { z } from 'zod';
import { AtUs, NoteId, RunId, SandboxId, WallMs } from './ids.ts';
import { Author } from './runs.ts';

const Share = z.number().min(0).max(1);
export const NotePlace = z
  .object({ x: Share, y: Share })
  .describe('on the screen as it was then: 0,0 is its upper left corner, 1,1 its lower right')
  .meta({ id: 'NotePlace' });
export type NotePlace = z.infer<typeof NotePlace>;

export const MAX_NOTE_CHARACTERS = 4_000;
const Text = z.string().trim().min(1).max(MAX_NOTE_CHARACTERS);

export const Note = z
  .object({
    id: NoteId,
    sandbox: SandboxId,
    run: RunId.nullable().describe('the run it was written to'),
    atUs: AtUs,
    place: NotePlace.nullable(),
    text: z.string(),
    by: Author,
    createdAtMs: WallMs,
    editedAtMs: WallMs.nullable(),
  })
  .meta({ id: 'Note' });
export type Note = z.infer<typeof Note>;

export const WriteNote = z
  .object({ atUs: AtUs, text: Text, place: NotePlace.optional(), run: RunId.optional() })
  .strict()
  .meta({ id: 'WriteNote' });
export type WriteNote = z.infer<typeof WriteNote>;

export const EditNote = z
  .object({ text: Text, place: NotePlace.nullable() })
  .partial()
  .strict()
  .meta({ id: 'EditNote' });
export type EditNote = z.infer<typeof EditNote>;
