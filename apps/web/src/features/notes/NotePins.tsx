import type { SandboxId } from '@sandglass/protocol';
import { MapPin, MessageSquare } from 'lucide-react';
import type { CSSProperties, PointerEvent } from 'react';
import { useNotes } from '../../platform/notes.ts';
import { useMoment } from '../../platform/playhead.ts';
import { shownName } from '../../platform/shownName.ts';
import { notesAt } from './nearNotes.ts';
import { noteDraft, useNoteDraft } from './noteDraft.ts';
import './notes.css';

const styleOf = ({ x, y }: { x: number; y: number }): CSSProperties => ({ left: `${x * 100}%`, top: `${y * 100}%` });
const share = (value: number, of: number) =>
  Math.min(1, Math.max(0, Math.round((value / Math.max(1, of)) * 1e4) / 1e4));

/** Over the screen: notes at their places, for the seconds around their moment, and the place of the one that is written. */
export function NotePins({ sandbox }: { sandbox: SandboxId }) {
  const notes = useNotes(sandbox).data ?? [];
  const draft = useNoteDraft(sandbox);
  const shown = notesAt(notes, useMoment()).filter(({ id }) => !draft.open || id !== draft.editing);
  const handlePointerDown = (event: PointerEvent<HTMLElement>) => {
    event.preventDefault();
    event.stopPropagation();
    const box = event.currentTarget.getBoundingClientRect();
    noteDraft(sandbox).put({
      x: share(event.clientX - box.left, box.width),
      y: share(event.clientY - box.top, box.height),
    });
  };
  return (
    <div className="note-pins" data-placing={draft.open || undefined}>
      {draft.open ? (
        // A place is pointed at; a note needs none.
        <div className="note-stage" data-testid="note-stage" onPointerDown={handlePointerDown} />
      ) : null}
      {shown.map(({ id, place, text }) => (
        <figure
          key={id}
          className="note-pin"
          data-side={place!.x > 0.6 ? 'left' : 'right'}
          style={styleOf(place!)}
          aria-label={`Note: ${shownName(text)}`}
        >
          <MessageSquare size={13} aria-hidden="true" />
          <figcaption>{text.split('\n').map(shownName).join('\n')}</figcaption>
        </figure>
      ))}
      {draft.open && draft.place !== null ? (
        <span className="note-pin note-pin-draft" style={styleOf(draft.place)} aria-hidden="true">
          <MapPin size={14} />
        </span>
      ) : null}
    </div>
  );
}
