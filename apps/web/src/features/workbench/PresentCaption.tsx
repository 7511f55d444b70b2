import type { LogEvent, Sandbox } from '@sandglass/protocol';
import { useEffect, useMemo, useState } from 'react';
import { useEvents } from '../../platform/events.ts';
import { namesOf, whoDid } from '../../platform/names.ts';
import { type Summary, summarize } from '../../platform/summary.ts';
import { useSession } from '../../platform/useSession.ts';

/** A caption stays this long after its call; then the picture is alone. */
const STAYS_MS = 6_000;

function lastCall(events: readonly LogEvent[]): Summary | undefined {
  for (let at = events.length - 1; at >= 0; at--) {
    const event = events[at];
    const summary = event === undefined ? undefined : summarize(event);
    if (summary?.call === true && summary.actor !== 'system') return summary;
  }
  return undefined;
}

/** What is being done, in a line under the picture. */
export function PresentCaption({ sandbox }: { sandbox: Sandbox }) {
  const { events } = useEvents(sandbox.id);
  const call = lastCall(events);
  const names = useMemo(() => namesOf(events), [events]);
  const session = useSession();
  const me = session.phase === 'open' ? session.session.token.id : undefined;
  const [gone, setGone] = useState(0);
  const seq = call?.seq ?? 0;
  useEffect(() => {
    const timer = setTimeout(() => setGone(seq), STAYS_MS);
    return () => clearTimeout(timer);
  }, [seq]);
  const shown = call === undefined || seq === gone ? undefined : call;
  return (
    <p className="present-caption" role="status" data-actor={shown?.actor}>
      {shown === undefined ? null : (
        <>
          <b>
            <bdi>{whoDid(shown, me, names)}</bdi>
          </b>{' '}
          {shown.verb} <code>{shown.detail}</code>
        </>
      )}
    </p>
  );
}
