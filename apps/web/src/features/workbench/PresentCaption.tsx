import type { LogEvent, Sandbox } from '@sandglass/protocol';
import { useEffect, useState } from 'react';
import { useEvents } from '../../platform/events.ts';
import { type Summary, summarize } from '../../platform/summary.ts';

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
  const call = lastCall(useEvents(sandbox.id).events);
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
          <b>{shown.actor === 'agent' ? 'Agent' : 'Person'}</b> {shown.verb} <code>{shown.detail}</code>
        </>
      )}
    </p>
  );
}
