import type { Sandbox, Viewer } from '@sandglass/protocol';
import { IconButton, Popover, RelativeTime } from '@sandglass/ui';
import { clsx } from 'clsx';
import { colorOf, initialsOf, usePresence } from '../../platform/presence.ts';
import { shownName } from '../../platform/shownName.ts';
import './viewers.css';

/** So many faces, then a number: the bar keeps its width however many look. */
const FACES = 2;

/** Who looks at this sandbox now. Alone, one is not told so. */
export function Viewers({ sandbox }: { sandbox: Sandbox }) {
  const viewers = usePresence(sandbox.id);
  if (viewers.length < 2) return null;
  const more = viewers.length - FACES;
  return (
    <Popover
      align="end"
      title="Looking at this sandbox"
      trigger={
        <IconButton label={`${viewers.length} are looking`} className="viewers">
          {viewers.slice(0, more === 1 ? FACES + 1 : FACES).map((viewer) => (
            <Face key={viewer.id} viewer={viewer} />
          ))}
          {more > 1 ? <span className="viewers-face viewers-more">+{more}</span> : null}
        </IconButton>
      }
    >
      <ul className="viewers-list" aria-label="Looking at this sandbox">
        {viewers.map((viewer) => (
          <li key={viewer.id}>
            <Face viewer={viewer} />
            <span className="viewers-name">
              {shownName(viewer.name)}
              {viewer.you ? <b> · you</b> : null}
            </span>
            <span className="viewers-fact">
              {viewer.kind === 'program' ? 'program · ' : ''}
              {viewer.role}
              {viewer.windows > 1 ? ` · ${viewer.windows} windows` : ''} · <RelativeTime atMs={viewer.sinceMs} />
            </span>
          </li>
        ))}
      </ul>
    </Popover>
  );
}

function Face({ viewer }: { viewer: Viewer }) {
  return (
    <span
      aria-hidden="true"
      className={clsx('viewers-face', viewer.you ? 'viewers-you' : `viewers-color-${colorOf(viewer.id)}`)}
    >
      {viewer.you ? 'Y' : initialsOf(viewer.name)}
    </span>
  );
}
