import type { Sandbox } from '@sandglass/protocol';
import { Button, CopyButton } from '@sandglass/ui';
import { Link } from '@tanstack/react-router';
import { Skull } from 'lucide-react';
import { useState } from 'react';
import { useConnection } from '../../platform/client.tsx';
import { KillDialog } from '../../platform/KillDialog.tsx';
import { StatusPill } from '../../platform/StatusPill.tsx';
import { useSandboxes } from '../../platform/sandboxes.ts';
import { isEnded } from '../../platform/status.ts';
import { useMayOperate } from '../../platform/useSession.ts';
import { LayoutMenu } from './LayoutMenu.tsx';
import { Transport } from './Transport.tsx';
import type { Dock } from './Workbench.tsx';

/** Which sandbox, how it is, and what can be done with it as a whole. */
export function TopBar({ sandbox, dock }: { sandbox: Sandbox; dock: Dock | null }) {
  const mayOperate = useMayOperate(sandbox);
  const [killing, setKilling] = useState(false);
  const alive = !isEnded(sandbox);
  const lost = useConnection() === 'lost';
  return (
    <>
      <div className="topbar-crumb">
        <span className="topbar-places">
          <Link to="/">Sandboxes</Link> <span className="topbar-slash">/</span>
        </span>
        <h1 title={sandbox.name}>{sandbox.name}</h1>
        <span className="topbar-id">
          {sandbox.id} · {sandbox.driver} {sandbox.level}
          <Lineage sandbox={sandbox} />
        </span>
      </div>
      <span className="topbar-places">
        <CopyButton text={sandbox.id} label="Copy the sandbox's id" />
      </span>
      <StatusPill sandbox={sandbox} />
      {mayOperate && alive ? <Transport sandbox={sandbox} /> : <span style={{ margin: '0 auto' }} />}
      <div className="topbar-end">
        {mayOperate && alive ? (
          <span className="topbar-kill">
            <Button
              tone="danger"
              icon={<Skull size={14} />}
              onClick={() => setKilling(true)}
              aria-label="Kill"
              disabled={sandbox.phase === 'killing' || lost}
            >
              Kill
            </Button>
          </span>
        ) : null}
        <LayoutMenu sandbox={sandbox} dock={dock} onKill={mayOperate && alive ? () => setKilling(true) : undefined} />
      </div>
      <KillDialog sandbox={sandbox} open={killing} onOpenChange={setKilling} />
    </>
  );
}

function Lineage({ sandbox }: { sandbox: Sandbox }) {
  const parent = sandbox.parent;
  const known = useSandboxes().data?.find((each) => each.id === parent?.sandbox);
  if (parent === null) return null;
  if (known === undefined) return <> · fork</>;
  return (
    <>
      {' '}
      · fork of{' '}
      <Link to="/s/$sandbox" params={{ sandbox: parent.sandbox }}>
        {known.name}
      </Link>
    </>
  );
}
