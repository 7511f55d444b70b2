import type { Sandbox } from '@sandglass/protocol';
import { Flag, GitFork, RotateCcw, Snowflake, Sun } from 'lucide-react';
import { useState } from 'react';
import { useCheckpointActions, useCheckpoints } from '../../platform/checkpoints.ts';
import { useConnection } from '../../platform/client.tsx';
import { useAsked, useLifecycle } from '../../platform/lifecycle.ts';
import { statusOf } from '../../platform/status.ts';
import { useActions } from '../../platform/useAction.ts';
import { mayOnlyWatch } from '../../platform/useSession.ts';
import { CheckpointDialog } from '../checkpoints/CheckpointDialog.tsx';
import { ForkDialog } from '../checkpoints/ForkDialog.tsx';
import { RestoreMenu } from '../checkpoints/RestoreMenu.tsx';
import { GateTransport } from './GateTransport.tsx';
import { ActButton, type TransportAct, TransportButton } from './TransportButton.tsx';
import './transport.css';

/** Pause, step, freeze, checkpoint, fork, restore. What this driver cannot do is absent; what is on its way cannot be asked twice. */
export function Transport({ sandbox, mayOperate }: { sandbox: Sandbox; mayOperate: boolean }) {
  const { ask } = useLifecycle(sandbox.id);
  const { create } = useCheckpointActions(sandbox.id);
  const status = statusOf(sandbox, useAsked(sandbox.id));
  const points = useCheckpoints(sandbox.id);
  const [forking, setForking] = useState(false);
  const [naming, setNaming] = useState(false);
  const { freeze, checkpoint } = sandbox.capabilities;
  // A pause freezes too; then it is Continue that undoes both.
  const paused = sandbox.gate.mode !== 'open' && sandbox.gate.mode !== 'stepping' && sandbox.gate.mode !== 'runningTo';
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
  const gateBlocked = !mayOperate ? mayOnlyWatch : reachable ? undefined : 'The server does not answer';
  const freezing: TransportAct = {
    id: 'sandbox.freeze',
    title: frozen ? 'Thaw' : 'Freeze',
    group: 'Sandbox',
    hint: frozen ? 'Every process goes on' : 'Every process stops where it stands',
    icon: frozen ? <Sun size={14} /> : <Snowflake size={14} />,
    shortcut: 'Shift+F8',
    keywords: 'stop processes resume',
    primary: frozen,
    when: freeze !== 'none' && !paused,
    blocked: why,
    run: () => ask(frozen ? 'thaw' : 'freeze'),
  };
  const mark: TransportAct = {
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
  };
  const fork: TransportAct = {
    id: 'sandbox.fork',
    title: 'Fork…',
    label: 'Fork',
    group: 'Sandbox',
    hint: 'A new sandbox from here or from a checkpoint',
    icon: <GitFork size={14} />,
    keywords: 'branch copy clone',
    when: canCheckpoint,
    blocked: why,
    run: () => setForking(true),
  };
  useActions([
    freezing,
    mark,
    {
      id: 'sandbox.checkpoint.named',
      title: 'New checkpoint…',
      group: 'Sandbox',
      hint: checkpoint.memory ? 'With a name, and the running programs if you like' : 'With a name',
      icon: <Flag size={14} />,
      shortcut: 'Shift+C',
      keywords: 'save snapshot memory name',
      when: canCheckpoint,
      blocked: why,
      run: () => setNaming(true),
    },
    fork,
  ]);
  const hasPoints = (points.data?.length ?? 0) > 0;
  // Who may only watch finds the reason in the list of actions, and no bar of dead buttons.
  if (!mayOperate) return <span className="transport-none" />;
  return (
    <div className="transport" role="toolbar" aria-label="Transport">
      <GateTransport sandbox={sandbox} blocked={gateBlocked} />
      <ActButton act={freezing} />
      {canCheckpoint ? (
        <>
          {freezing.when ? <span className="transport-line" /> : null}
          <ActButton act={mark} />
          <span className="transport-more">
            <ActButton act={fork} />
            <RestoreMenu sandbox={sandbox} points={points.data ?? []} disabled={!still || !hasPoints}>
              <TransportButton
                label="Restore"
                icon={<RotateCcw size={14} />}
                onClick={still && hasPoints ? () => undefined : undefined}
                hint={hasPoints ? 'Go back to a checkpoint' : 'There is no checkpoint to go back to yet'}
              />
            </RestoreMenu>
          </span>
        </>
      ) : null}
      <ForkDialog sandbox={sandbox} open={forking} onOpenChange={setForking} />
      <CheckpointDialog sandbox={sandbox} open={naming} onOpenChange={setNaming} />
    </div>
  );
}
