import { Bot, MousePointer2, User } from 'lucide-react';
import type { CSSProperties } from 'react';
import { shownName } from '../../platform/shownName.ts';
import { useStore } from '../../platform/store.ts';
import type { CursorsModel, ScreenCursor } from './cursorsModel.ts';

interface CursorLayerProps {
  readonly cursors: CursorsModel;
  readonly size: { readonly width: number; readonly height: number };
}

/** Whose hands are where: an arrow with a name, and a ripple for each press. */
export function CursorLayer({ cursors, size }: CursorLayerProps) {
  const all = useStore(cursors);
  if (all.length === 0) return null;
  return (
    <div className="screen-cursors" aria-hidden="true">
      {all.map((cursor) => (
        <Cursor key={cursor.by} cursor={cursor} size={size} />
      ))}
    </div>
  );
}

function Cursor({ cursor, size }: { cursor: ScreenCursor; size: CursorLayerProps['size'] }) {
  const { actor, name, x, y, presses } = cursor;
  const place = { left: `${(x / size.width) * 100}%`, top: `${(y / size.height) * 100}%` } satisfies CSSProperties;
  const kind = actor === 'agent' ? 'agent' : 'person';
  return (
    <span
      className={`screen-cursor screen-cursor-${kind}`}
      style={place}
      data-cursor={name}
      data-own={cursor.own || undefined}
    >
      {presses > 0 ? <span key={presses} className="screen-ripple" /> : null}
      <MousePointer2 size={16} />
      <span className="screen-cursor-name">
        {kind === 'agent' ? <Bot size={11} /> : <User size={11} />}
        {shownName(name).slice(0, 24)}
      </span>
    </span>
  );
}
