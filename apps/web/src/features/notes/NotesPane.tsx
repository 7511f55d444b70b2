import type { Note } from '@sandglass/protocol';
import { Button, ConfirmDialog, EmptyState, LoadingState } from '@sandglass/ui';
import { MessageSquarePlus } from 'lucide-react';
import { useState } from 'react';
import { actions } from '../../platform/actions.ts';
import { useIsOffline } from '../../platform/client.tsx';
import { progressOf } from '../../platform/dialog.tsx';
import { Failed } from '../../platform/Failed.tsx';
import { useFreshNotes, useNoteActs, useNotes } from '../../platform/notes.ts';
import type { PaneProps } from '../../platform/pane.ts';
import { useMoment, usePlayhead } from '../../platform/playhead.ts';
import { useSandbox } from '../../platform/sandboxes.ts';
import { useMayOperate, useSession } from '../../platform/useSession.ts';
import { NoteForm } from './NoteForm.tsx';
import { NoteItem } from './NoteItem.tsx';
import { noteAt } from './nearNotes.ts';
import { noteDraft, useNoteDraft } from './noteDraft.ts';
import './notes.css';

/** What people wrote to this recording, by moment. */
export default function NotesPane({ sandbox: id }: PaneProps) {
  const sandbox = useSandbox(id);
  const { data: notes, error, refetch } = useNotes(id);
  useFreshNotes(id);
  const { remove } = useNoteActs(id);
  const playhead = usePlayhead();
  const momentUs = useMoment();
  const draft = useNoteDraft(id);
  // What is in a file is as it is.
  const offline = useIsOffline();
  const mayWrite = useMayOperate(sandbox ?? { id }) && !offline;
  const session = useSession();
  const me = session.phase === 'open' ? session.session.token.id : undefined;
  const [removing, setRemoving] = useState<Note | null>(null);
  const [asking, setAsking] = useState(false);
  if (notes === undefined)
    return error === null ? (
      <LoadingState label="Loading the notes" />
    ) : (
      <Failed error={error} onRetry={() => void refetch()} />
    );
  const current = noteAt(notes, momentUs);
  const begin = (
    <Button size="small" icon={<MessageSquarePlus size={13} />} onClick={() => actions.run('note.begin')}>
      {draft.text === '' || draft.editing !== null ? 'Pin a note here' : 'Go on with your note'}
    </Button>
  );
  return (
    <div className="notes">
      {draft.open && mayWrite ? (
        <NoteForm sandbox={id} hasScreen={sandbox !== undefined && sandbox.capabilities.screen !== 'none'} />
      ) : mayWrite && notes.length > 0 ? (
        <div className="notes-begin">{begin}</div>
      ) : null}
      {notes.length === 0 && !draft.open ? (
        <EmptyState icon={<MessageSquarePlus size={18} />} title="No note yet" action={mayWrite ? begin : undefined}>
          {mayWrite
            ? 'A note is pinned to a moment, and to a place on the screen if you click there. M begins one.'
            : offline
              ? 'This recording was taken away without notes.'
              : 'Your token may read notes, not write them.'}
        </EmptyState>
      ) : (
        <ol className="notes-list" aria-label="Notes">
          {notes.map((note) => (
            <NoteItem
              key={note.id}
              note={note}
              mine={note.by.token === me}
              current={note.id === current?.id}
              onShow={() => playhead.seek(note.atUs)}
              onEdit={
                mayWrite
                  ? () => {
                      playhead.seek(note.atUs);
                      noteDraft(id).edit(note);
                    }
                  : undefined
              }
              onRemove={
                mayWrite
                  ? () => {
                      setRemoving(note);
                      setAsking(true);
                      remove.reset();
                    }
                  : undefined
              }
            />
          ))}
        </ol>
      )}
      {removing === null ? null : (
        <ConfirmDialog
          open={asking}
          onOpenChange={setAsking}
          title="Remove this note?"
          description={<q className="note-asked">{removing.text}</q>}
          confirmLabel="Remove"
          {...progressOf(remove)}
          onConfirm={() => remove.mutate(removing.id, { onSuccess: () => setAsking(false) })}
        />
      )}
    </div>
  );
}
