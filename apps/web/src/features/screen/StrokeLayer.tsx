import { Bot, User } from 'lucide-react';
import { shownName } from '../../platform/shownName.ts';
import { useStore } from '../../platform/store.ts';
import type { StrokesModel } from './strokesModel.ts';

/** Which keys are struck, and by whom; to be seen while presenting. */
export function StrokeLayer({ strokes }: { strokes: StrokesModel }) {
  const all = useStore(strokes);
  if (all.length === 0) return null;
  return (
    <div className="screen-strokes" aria-hidden="true">
      {all.map(({ by, actor, name, keys }) => (
        <p key={by} className={`screen-stroke screen-stroke-${actor === 'agent' ? 'agent' : 'person'}`}>
          <span className="screen-stroke-name">
            {actor === 'agent' ? <Bot size={13} /> : <User size={13} />}
            {shownName(name).slice(0, 24)}
          </span>
          {keys.map(({ id, text, times }) => (
            <kbd key={id}>
              {shownName(text)}
              {times > 1 ? <small> ×{times}</small> : null}
            </kbd>
          ))}
        </p>
      ))}
    </div>
  );
}
