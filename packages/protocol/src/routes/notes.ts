import { z } from 'zod';
import { NoteId, SandboxId } from '../ids.ts';
import { EditNote, Note, WriteNote } from '../notes.ts';
import { bySandbox, list, route } from './route.ts';

const byNote = z.object({ sandbox: SandboxId, note: NoteId });
const noun = 'notes';

export const notesRoutes = {
  notes: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/notes',
    noun,
    role: 'viewer',
    summary: 'Notes to a recording, by the moment they are pinned to',
    params: bySandbox,
    reply: list(Note),
  }),
  writeNote: route({
    method: 'POST',
    path: '/v1/sandboxes/:sandbox/notes',
    noun,
    role: 'operator',
    summary: 'Pin a note to a moment, and to a place on the screen',
    params: bySandbox,
    body: WriteNote,
    reply: Note,
    status: 201,
  }),
  editNote: route({
    method: 'PATCH',
    path: '/v1/sandboxes/:sandbox/notes/:note',
    noun,
    role: 'operator',
    summary: 'Change its words or its place',
    params: byNote,
    body: EditNote,
    reply: Note,
    repeatable: true,
  }),
  removeNote: route({
    method: 'DELETE',
    path: '/v1/sandboxes/:sandbox/notes/:note',
    noun,
    role: 'operator',
    summary: 'Remove a note',
    params: byNote,
    reply: null,
  }),
} as const;
