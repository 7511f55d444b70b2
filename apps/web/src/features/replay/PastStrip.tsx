import { type Sandbox, wallMsAt } from '@sandglass/protocol';
import { atOf, formatElapsed, type PlayEnd, type Playhead } from '@sandglass/replay';
import { Button, Kbd } from '@sandglass/ui';
import { History } from 'lucide-react';
import { formatClockSeconds, formatDuration } from '../../platform/format.ts';
import { usePlayhead } from '../../platform/playhead.ts';
import { useStore } from '../../platform/store.ts';
import './pastStrip.css';

/** Says that what is shown is not now. Nothing is there while it is. */
export function PastStrip({ sandbox }: { sandbox: Sandbox }) {
  const playhead = usePlayhead();
  const { head } = useStore(playhead);
  if (head.phase === 'live') return null;
  const { end } = playhead;
  const atUs = atOf(head, end);
  const wallMs = wallMsAt(sandbox, atUs);
  return (
    <aside className="past-strip" aria-label="The past is shown">
      <History size={14} aria-hidden="true" />
      <time dateTime={new Date(wallMs).toISOString()} className="past-strip-clock">
        {formatClockSeconds(wallMs)}
      </time>
      <span>{wordsOf(head, end, atUs)}</span>
      <span className="past-strip-note">Read only: nothing here can be typed into.</span>
      {end.growing ? (
        <Button size="small" tone="primary" onClick={() => playhead.goLive()}>
          Back to live <Kbd>L</Kbd>
        </Button>
      ) : null}
    </aside>
  );
}

function wordsOf(head: Playhead, end: PlayEnd, atUs: number): string {
  if (head.phase === 'playing') return `playing at ${head.speed}×`;
  if (end.growing) return `${formatDuration((end.nowUs - atUs) / 1000)} ago`;
  return `${formatElapsed(atUs)} of ${formatElapsed(end.nowUs)}`;
}
