import type { Run } from '@sandglass/protocol';
import { SquareTerminal } from 'lucide-react';
import { useState } from 'react';
import { useClient } from '../../platform/client.tsx';

/** Enough to tell a picture of now from the one before it, without asking for another one each second. */
const STEP_US = 10_000_000;

/** How its screen looked at its end, or looks now. */
export function RunThumb({ run, className }: { run: Run; className: string }) {
  const client = useClient();
  const [missing, setMissing] = useState(false);
  const atUs = run.endedAtUs ?? Math.floor((run.startedAtUs + run.durationMs * 1_000) / STEP_US) * STEP_US;
  if (!run.hasScreen || missing)
    return (
      <span className={`${className} run-thumb-none`} aria-hidden="true">
        <SquareTerminal size={16} />
      </span>
    );
  return (
    <img
      className={className}
      src={client.urlOf('still', { params: { sandbox: run.sandbox, atUs: Math.round(atUs) } })}
      alt=""
      loading="lazy"
      decoding="async"
      onError={() => setMissing(true)}
    />
  );
}
