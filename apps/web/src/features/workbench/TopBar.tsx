import type { Sandbox } from '@sandglass/protocol';
import { Button, CopyButton, Kbd, toast } from '@sandglass/ui';
import { Link } from '@tanstack/react-router';
import { FileDown, Link2, ListOrdered, Pencil, Skull } from 'lucide-react';
import { useRef, useState } from 'react';
import { actions } from '../../platform/actions.ts';
import { CapturePill } from '../../platform/CapturePill.tsx';
import { useCheckpoints } from '../../platform/checkpoints.ts';
import { useConnection } from '../../platform/client.tsx';
import { useDownload } from '../../platform/downloads.ts';
import { KillDialog } from '../../platform/KillDialog.tsx';
import { StatusPill } from '../../platform/StatusPill.tsx';
import { useSandboxes } from '../../platform/sandboxes.ts';
import { shownShortcut } from '../../platform/shortcuts.ts';
import { shownName } from '../../platform/shownName.ts';
import { isEnded } from '../../platform/status.ts';
import { useActions } from '../../platform/useAction.ts';
import { mayOnlyWatch, useMayOperate } from '../../platform/useSession.ts';
import { ControlButton } from '../gate/ControlButton.tsx';
import { useCrowding } from './crowding.ts';
import { LayoutMenu } from './LayoutMenu.tsx';
import { RenameDialog } from './RenameDialog.tsx';
import { linkTo } from './shown.ts';
import { Transport } from './Transport.tsx';
import { Viewers } from './Viewers.tsx';
import type { Bench } from './Workbench.tsx';

/** Which sandbox, how it is, and what can be done with it as a whole. */
export function TopBar({ sandbox, bench }: { sandbox: Sandbox; bench: Bench | null }) {
  const mayOperate = useMayOperate(sandbox);
  const [killing, setKilling] = useState(false);
  const [renaming, setRenaming] = useState(false);
  const alive = !isEnded(sandbox);
  const lost = useConnection() === 'lost';
  const download = useDownload();
  const crumb = useRef<HTMLDivElement>(null);
  useCrowding(crumb);
  const copyLink = async () => {
    const link = linkTo(sandbox.id, bench?.shown() ?? {}, window.location.origin);
    await navigator.clipboard.writeText(link).then(
      () => toast.say('The link is copied', 'Whoever opens it needs a token for this sandbox.'),
      () => toast.fail('The link was not copied', link),
    );
  };
  useActions([
    {
      id: 'sandbox.copyLink',
      title: 'Copy link to what is shown',
      group: 'Sandbox',
      icon: <Link2 size={14} />,
      shortcut: 'Alt+L',
      keywords: 'share url address',
      run: () => void copyLink(),
    },
    {
      id: 'sandbox.copyId',
      title: 'Copy the sandbox’s id',
      group: 'Sandbox',
      icon: <Link2 size={14} />,
      hint: sandbox.id,
      run: () => void navigator.clipboard.writeText(sandbox.id),
    },
    {
      id: 'sandbox.bundle',
      title: 'Download recording',
      group: 'Sandbox',
      icon: <FileDown size={14} />,
      hint: 'One file that opens in any Sandglass, without this server',
      keywords: 'export bundle save sandglass offline',
      when: download !== undefined,
      run: () => download?.('bundle', { params: { sandbox: sandbox.id } }),
    },
    {
      id: 'sandbox.events',
      title: 'Download the log as NDJSON',
      group: 'Sandbox',
      icon: <ListOrdered size={14} />,
      keywords: 'export events json lines',
      when: download !== undefined,
      run: () => download?.('eventsFile', { params: { sandbox: sandbox.id } }),
    },
    {
      id: 'sandbox.rename',
      title: 'Rename…',
      group: 'Sandbox',
      icon: <Pencil size={14} />,
      blocked: mayOperate ? undefined : mayOnlyWatch,
      run: () => setRenaming(true),
    },
    {
      id: 'sandbox.kill',
      title: 'Kill…',
      group: 'Sandbox',
      icon: <Skull size={14} />,
      keywords: 'stop end delete remove',
      when: alive,
      blocked: !mayOperate
        ? mayOnlyWatch
        : lost
          ? 'The server does not answer'
          : sandbox.phase === 'killing'
            ? 'It is being killed'
            : undefined,
      run: () => setKilling(true),
    },
  ]);
  return (
    <>
      <div ref={crumb} className="topbar-crumb">
        <span className="topbar-places">
          <Link to="/">Sandboxes</Link> <span className="topbar-slash">/</span>
        </span>
        <h1 title={shownName(sandbox.name)}>{shownName(sandbox.name)}</h1>
        <span className="topbar-id">
          {sandbox.id} · {sandbox.driver} {sandbox.level}
        </span>
        <Lineage sandbox={sandbox} />
      </div>
      <span className="topbar-places">
        <CopyButton text={sandbox.id} label="Copy the sandbox's id" />
      </span>
      <StatusPill sandbox={sandbox} />
      <CapturePill sandbox={sandbox} />
      {alive ? <Transport sandbox={sandbox} mayOperate={mayOperate} /> : <span className="transport-none" />}
      <div className="topbar-end">
        <Viewers sandbox={sandbox} />
        {mayOperate && alive ? (
          <span className="topbar-kill">
            <Button
              tone="quiet-danger"
              icon={<Skull size={14} />}
              onClick={() => setKilling(true)}
              aria-label="Kill"
              disabled={sandbox.phase === 'killing' || lost}
            >
              Kill
            </Button>
          </span>
        ) : null}
        {alive ? <ControlButton sandbox={sandbox} /> : null}
        <LayoutMenu />
        <button type="button" className="topbar-palette" onClick={() => actions.run('palette.show')}>
          <span className="topbar-palette-name">Everything that can be done</span>
          <Kbd>{shownShortcut('Mod+K')}</Kbd>
        </button>
      </div>
      <KillDialog sandbox={sandbox} open={killing} onOpenChange={setKilling} />
      <RenameDialog sandbox={sandbox} open={renaming} onOpenChange={setRenaming} />
    </>
  );
}

/** The name leads to the parent, the checkpoint to that moment of it; what was before is on the fork's own timeline, too. */
function Lineage({ sandbox }: { sandbox: Sandbox }) {
  const parent = sandbox.parent;
  const known = useSandboxes().data?.find((each) => each.id === parent?.sandbox);
  const checkpoints = useCheckpoints(parent?.sandbox ?? sandbox.id, known !== undefined).data;
  if (parent === null) return null;
  if (known === undefined) return <span className="topbar-lineage">· fork</span>;
  const checkpoint = checkpoints?.find(({ id }) => id === parent.checkpoint);
  return (
    <span className="topbar-lineage">
      · fork of{' '}
      <Link to="/s/$sandbox" params={{ sandbox: parent.sandbox }} title={shownName(known.name)}>
        {shownName(known.name)}
      </Link>
      {checkpoint === undefined ? null : (
        <>
          {' '}
          at{' '}
          <Link
            to="/s/$sandbox"
            params={{ sandbox: parent.sandbox }}
            search={{ t: parent.atUs ?? Math.max(0, checkpoint.atMs - known.createdAtMs) * 1_000 }}
            title="The parent’s recording at that moment"
          >
            #{checkpoint.number}
          </Link>
        </>
      )}
    </span>
  );
}
