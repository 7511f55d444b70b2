import type { Note } from '@sandglass/protocol';
import { formatElapsed } from '@sandglass/replay';
import { IconButton, RelativeTime } from '@sandglass/ui';
import { clsx } from 'clsx';
import { MapPin, Pencil, Trash2 } from 'lucide-react';
import { shownName } from '../../platform/shownName.ts';

export interface NoteItemProps {
  readonly note: Note;
  readonly mine: boolean;
  /** The moment that is shown is this one's. */
  readonly current: boolean;
  readonly onShow: () => void;
  readonly onEdit: (() => void) | undefined;
  readonly onRemove: (() => void) | undefined;
}

export function NoteItem({ note, mine, current, onShow, onEdit, onRemove }: NoteItemProps) {
  return (
    <li className={clsx('note', current && 'note-current')} aria-current={current ? 'location' : undefined}>
      <button type="button" className="note-show" onClick={onShow}>
        <span className="note-when">
          <em>{formatElapsed(note.atUs)}</em>
          {note.place === null ? null : <MapPin size={11} aria-label="At a place on the screen" />}
        </span>
        <bdi className="note-text">{note.text.split('\n').map(shownName).join('\n')}</bdi>
        <small>
          {mine ? 'You' : shownName(note.by.name)} · <RelativeTime atMs={note.editedAtMs ?? note.createdAtMs} />
          {note.editedAtMs === null ? '' : ' · edited'}
        </small>
      </button>
      <span className="note-acts">
        {onEdit === undefined ? null : (
          <IconButton size="small" label="Edit the note" onClick={onEdit}>
            <Pencil size={12} />
          </IconButton>
        )}
        {onRemove === undefined ? null : (
          <IconButton size="small" label="Remove the note…" onClick={onRemove}>
            <Trash2 size={12} />
          </IconButton>
        )}
      </span>
    </li>
  );
}
