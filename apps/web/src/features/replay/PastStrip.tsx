import { type Sandbox, wallMsAt } from '@sandglass/protocol';
import { atOf, formatElapsed, type PlayEnd, type Playhead } from '@sandglass/replay';
import { Button, Kbd } from '@sandglass/ui';
import { Link } from '@tanstack/react-router';
import { History } from 'lucide-react';
import { formatClockSeconds, formatDuration } from '../../platform/format.ts';
import { usePlayhead } from '../../platform/playhead.ts';
import { ownerAt, useSandboxes } from '../../platform/sandboxes.ts';
import { shownName } from '../../platform/shownName.ts';
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
  // By the wall: what passed between a checkpoint and its fork is not on the clock.
  const agoMs = wallMsAt(sandbox, end.nowUs) - wallMs;
  return (
    <aside className="past-strip" aria-label="The past is shown">
      <History size={14} aria-hidden="true" />
      <time dateTime={new Date(wallMs).toISOString()} className="past-strip-clock">
        {formatClockSeconds(wallMs)}
      </time>
      <span className="past-strip-when">{wordsOf(head, end, atUs, agoMs)}</span>
      {atUs < (sandbox.parent?.atUs ?? 0) ? <Whose sandbox={sandbox} atUs={atUs} /> : null}
      <span className="past-strip-note">Read only: nothing here can be typed into.</span>
      {end.growing ? (
        <Button size="small" tone="primary" onClick={() => playhead.goLive()}>
          Back to live <Kbd>L</Kbd>
        </Button>
      ) : null}
    </aside>
  );
}

/** The past that a fork shares with another sandbox: whose it is, and the way to the same moment there. */
function Whose({ sandbox, atUs }: { sandbox: Sandbox; atUs: number }) {
  const all = useSandboxes().data;
  const owner = ownerAt(sandbox, atUs, all ?? []);
  if (owner === undefined) return <span className="past-strip-whose">past of its parent</span>;
  return (
    <span className="past-strip-whose">
      past of{' '}
      <Link
        to="/s/$sandbox"
        params={{ sandbox: owner.id }}
        search={{ t: Math.round(atUs) }}
        title="It was forked from this one: the same moment there"
      >
        {shownName(owner.name)}
      </Link>
    </span>
  );
}

function wordsOf(head: Playhead, end: PlayEnd, atUs: number, agoMs: number): string {
  if (head.phase === 'playing') return `playing at ${head.speed}×`;
  if (end.growing) return `${formatDuration(agoMs)} ago`;
  return `${formatElapsed(atUs)} of ${formatElapsed(end.nowUs)}`;
}
