import type { Sandbox } from '@sandglass/protocol';
import { Kbd, Tooltip } from '@sandglass/ui';
import { clsx } from 'clsx';
import { Flag, GitFork, Pause, Play, RotateCcw } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useCheckpointActions, useCheckpoints } from '../../platform/checkpoints.ts';
import { useConnection } from '../../platform/client.tsx';
import { useAsked, useLifecycle } from '../../platform/lifecycle.ts';
import { statusOf } from '../../platform/status.ts';
import { useActions } from '../../platform/useAction.ts';
import { mayOnlyWatch } from '../../platform/useSession.ts';
import { ForkDialog } from '../checkpoints/ForkDialog.tsx';
import { RestoreMenu } from '../checkpoints/RestoreMenu.tsx';
import './transport.css';

/** Freeze and thaw, checkpoint, fork, restore. What this driver cannot do is absent; what is on its way cannot be asked twice. */
export function Transport({ sandbox, mayOperate }: { sandbox: Sandbox; mayOperate: boolean }) {
  const { ask } = useLifecycle(sandbox.id);
  const { create } = useCheckpointActions(sandbox.id);
  const status = statusOf(sandbox, useAsked(sandbox.id));
  const points = useCheckpoints(sandbox.id);
  const [forking, setForking] = useState(false);
  const { freeze, checkpoint } = sandbox.capabilities;
  const frozen = sandbox.phase === 'frozen' || sandbox.phase === 'thawing';
  // While the server is away nothing can be asked of it; the pill says so.
  const reachable = useConnection() !== 'lost';
  const still = reachable && !status.moving && (sandbox.phase === 'running' || sandbox.phase === 'frozen');
  const canCheckpoint = checkpoint.files !== 'none';
  const why = !mayOperate
    ? mayOnlyWatch
    : still
      ? undefined
      : reachable
        ? `It is ${status.label.toLowerCase()}`
        : 'The server does not answer';
  const toggle = still && freeze !== 'none' ? () => ask(frozen ? 'thaw' : 'freeze') : undefined;
  const mark = still && canCheckpoint ? () => create.mutate('checkpoint') : undefined;
  useActions([
    {
      id: 'sandbox.freeze',
      title: frozen ? 'Thaw' : 'Freeze',
      group: 'Sandbox',
      hint: frozen ? 'Every process goes on' : 'Every process stops where it stands',
      icon: frozen ? <Play size={14} /> : <Pause size={14} />,
      shortcut: 'F8',
      keywords: 'pause continue resume stop',
      when: freeze !== 'none',
      blocked: why,
      run: () => ask(frozen ? 'thaw' : 'freeze'),
    },
    {
      id: 'sandbox.checkpoint',
      title: 'Checkpoint',
      group: 'Sandbox',
      hint: 'Make a restore point',
      icon: <Flag size={14} />,
      shortcut: 'C',
      keywords: 'save snapshot',
      when: canCheckpoint,
      blocked: why,
      run: () => create.mutate('checkpoint'),
    },
    {
      id: 'sandbox.fork',
      title: 'Fork…',
      group: 'Sandbox',
      hint: 'A new sandbox from here or from a checkpoint',
      icon: <GitFork size={14} />,
      keywords: 'branch copy clone',
      when: canCheckpoint,
      blocked: why,
      run: () => setForking(true),
    },
  ]);
  const hasPoints = (points.data?.length ?? 0) > 0;
  // Who may only watch finds the reason in the list of actions, and no bar of dead buttons.
  if (!mayOperate) return <span className="transport-none" />;
  return (
    <div className="transport" role="toolbar" aria-label="Transport">
      {freeze === 'none' ? null : (
        <TransportButton
          label={frozen ? 'Thaw' : 'Freeze'}
          shortcut="F8"
          primary={frozen}
          icon={frozen ? <Play size={14} /> : <Pause size={14} />}
          onClick={toggle}
          hint={frozen ? 'Every process goes on' : 'Every process stops where it stands'}
        />
      )}
      {canCheckpoint ? (
        <>
          {freeze === 'none' ? null : <span className="transport-line" />}
          <TransportButton
            label="Checkpoint"
            shortcut="C"
            icon={<Flag size={14} />}
            onClick={mark}
            hint="Make a restore point"
          />
          <TransportButton
            label="Fork"
            icon={<GitFork size={14} />}
            onClick={still ? () => setForking(true) : undefined}
            hint="A new sandbox from here or from a checkpoint"
          />
          <RestoreMenu sandbox={sandbox} points={points.data ?? []} disabled={!still || !hasPoints}>
            <TransportButton
              label="Restore"
              icon={<RotateCcw size={14} />}
              onClick={still && hasPoints ? () => undefined : undefined}
              hint={hasPoints ? 'Go back to a checkpoint' : 'There is no checkpoint to go back to yet'}
            />
          </RestoreMenu>
        </>
      ) : null}
      <ForkDialog sandbox={sandbox} open={forking} onOpenChange={setForking} />
    </div>
  );
}

interface TransportButtonProps {
  readonly label: string;
  readonly icon: ReactNode;
  readonly hint: string;
  readonly shortcut?: string;
  readonly primary?: boolean;
  /** Absent while it cannot be asked for. */
  readonly onClick: (() => void) | undefined;
}

export function TransportButton({
  label,
  icon,
  hint,
  shortcut,
  primary = false,
  onClick,
  ...rest
}: TransportButtonProps) {
  return (
    <Tooltip label={hint}>
      <button
        type="button"
        {...rest}
        className={clsx('transport-button', primary && 'transport-primary')}
        disabled={onClick === undefined}
        onClick={onClick}
      >
        {icon}
        <span className="transport-label">{label}</span>
        {shortcut === undefined ? null : <Kbd>{shortcut}</Kbd>}
      </button>
    </Tooltip>
  );
}
