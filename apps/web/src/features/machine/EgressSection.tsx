import type { EgressPolicy, Sandbox } from '@sandglass/protocol';
import { Button } from '@sandglass/ui';
import { useMemo, useState } from 'react';
import { useEvents } from '../../platform/events.ts';
import { eventsUpTo } from '../../platform/eventsUpTo.ts';
import { useMoment } from '../../platform/playhead.ts';
import { useMayOperate } from '../../platform/useSession.ts';
import { EgressDialog } from './EgressDialog.tsx';
import { egressOf, hostsOf } from './egress.ts';
import { Section } from './Section.tsx';

/** Whom the sandbox tried to reach, and whether it could. */
export function EgressSection({ sandbox }: { sandbox: Sandbox }) {
  const { events } = useEvents(sandbox.id);
  const momentUs = useMoment();
  const hosts = useMemo(() => hostsOf(egressOf(eventsUpTo(events, momentUs))), [events, momentUs]);
  const mayOperate = useMayOperate(sandbox) && momentUs === null;
  const [editing, setEditing] = useState(false);
  if (sandbox.capabilities.egress === 'none')
    return (
      <Section title="Egress" note="not enforced by this driver">
        {null}
      </Section>
    );
  return (
    <Section title="Egress" note={noteOf(sandbox.egress)}>
      <ul className="machine-list">
        {hosts.slice(0, 8).map((host) => (
          <li key={host.host}>
            <span className="machine-name">{host.host}</span>
            {host.allowed > 0 ? <span className="machine-ok">allowed {host.allowed}</span> : null}
            {host.denied > 0 ? <span className="machine-err">blocked {host.denied}</span> : null}
            {host.failed > 0 ? <span className="machine-warn">failed {host.failed}</span> : null}
          </li>
        ))}
      </ul>
      {mayOperate ? (
        <>
          <Button size="small" tone="quiet" className="machine-more" onClick={() => setEditing(true)}>
            Allowed hosts…
          </Button>
          <EgressDialog sandbox={sandbox} open={editing} onOpenChange={setEditing} />
        </>
      ) : null}
    </Section>
  );
}

function noteOf({ allow, deny = [] }: EgressPolicy): string {
  if (allow.length === 0) return 'deny by default';
  const isOpen = allow.some(({ host, port }) => host === '*' && port === undefined);
  const allowed = isOpen ? 'open' : `${allow.length} allowed`;
  return deny.length === 0 ? allowed : `${allowed}, ${deny.length} denied`;
}
