import { MAX_NOTE_CHARACTERS, type SandboxId } from '@sandglass/protocol';
import { formatElapsed } from '@sandglass/replay';
import { Button, IconButton, Kbd, TextArea } from '@sandglass/ui';
import { Crosshair, MapPin, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import { FailedNote } from '../../platform/Failed.tsx';
import { useNoteActs } from '../../platform/notes.ts';
import { noteDraft, useNoteDraft } from './noteDraft.ts';

/** A note on its way: its words, its moment, and its place, which is said by a click on the screen. */
export function NoteForm({ sandbox, hasScreen }: { sandbox: SandboxId; hasScreen: boolean }) {
  const model = noteDraft(sandbox);
  const { atUs, text, place, run, editing } = useNoteDraft(sandbox);
  const { write, edit } = useNoteActs(sandbox);
  const field = useRef<HTMLTextAreaElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each time that one is begun
  useEffect(() => {
    field.current?.focus();
  }, [atUs, editing]);
  const busy = write.isPending || edit.isPending;
  const error = write.error ?? edit.error;
  const pin = () => {
    if (text.trim() === '' || busy) return;
    const done = { onSuccess: () => model.clear() };
    if (editing !== null) edit.mutate({ note: editing, text, place }, done);
    else write.mutate({ atUs, text, ...(place === null ? {} : { place }), ...(run === null ? {} : { run }) }, done);
  };
  const handleKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) pin();
    else if (event.key === 'Escape') model.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <form
      className="note-form"
      aria-label={editing === null ? 'New note' : 'Edit note'}
      onSubmit={(event) => {
        event.preventDefault();
        pin();
      }}
    >
      <p className="note-form-head">
        <em>{formatElapsed(atUs)}</em>
        {place !== null ? (
          <span className="note-form-place">
            <MapPin size={12} /> at a place on the screen
            <IconButton size="small" label="Without the place" onClick={() => model.put(null)}>
              <X size={12} />
            </IconButton>
          </span>
        ) : hasScreen ? (
          <span className="note-form-place">
            <Crosshair size={12} /> click the screen to say where
          </span>
        ) : null}
      </p>
      <TextArea
        ref={field}
        aria-label="Note"
        placeholder="What is to be said of this moment?"
        rows={3}
        value={text}
        maxLength={MAX_NOTE_CHARACTERS}
        onChange={(event) => model.write(event.currentTarget.value)}
        onKeyDown={handleKeyDown}
      />
      {error === null ? null : <FailedNote error={error} />}
      <div className="note-form-acts">
        <Button size="small" tone="primary" type="submit" busy={busy} disabled={text.trim() === ''}>
          {editing === null ? 'Pin note' : 'Keep'} <Kbd>↵</Kbd>
        </Button>
        <Button size="small" tone="quiet" onClick={() => model.clear()}>
          {editing === null ? 'Throw away' : 'Leave as it was'}
        </Button>
      </div>
    </form>
  );
}
