import type { Sandbox } from '@sandglass/protocol';
import { Dot, Pill } from '@sandglass/ui';
import { useConnection } from './client.tsx';
import { useAsked } from './lifecycle.ts';
import { statusOf } from './status.ts';

/** How the sandbox is, in one word. When the page has lost the server it says that this is the last known. */
export function StatusPill({ sandbox }: { sandbox: Sandbox }) {
  const asked = useAsked(sandbox.id);
  const lost = useConnection() === 'lost';
  const status = statusOf(sandbox, asked);
  if (lost) {
    return (
      <Pill tone="warn" moving>
        Reconnecting… last seen {status.label.replace('…', '').toLowerCase()}
      </Pill>
    );
  }
  return (
    <Pill tone={status.tone} moving={status.moving}>
      {status.label}
    </Pill>
  );
}

/** The same as a dot, where the word stands beside it. */
export function StatusDot({ sandbox }: { sandbox: Sandbox }) {
  const status = statusOf(sandbox, useAsked(sandbox.id));
  return <Dot tone={status.tone} moving={status.moving} />;
}
