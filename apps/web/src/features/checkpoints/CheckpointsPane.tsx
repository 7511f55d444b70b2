import type { Checkpoint } from '@sandglass/protocol';
import { Button, EmptyState, Skeleton } from '@sandglass/ui';
import { Flag } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useCheckpoints, useRefreshCheckpoints } from '../../platform/checkpoints.ts';
import { useEvents } from '../../platform/events.ts';
import { Failed } from '../../platform/Failed.tsx';
import type { PaneProps } from '../../platform/pane.ts';
import { useSandbox } from '../../platform/sandboxes.ts';
import { isAwake, isEnded } from '../../platform/status.ts';
import { useMayOperate } from '../../platform/useSession.ts';
import { CheckpointDialog } from './CheckpointDialog.tsx';
import { CheckpointRow } from './CheckpointRow.tsx';
import './checkpoints.css';
import { ForkDialog } from './ForkDialog.tsx';
import { RemoveDialog } from './RemoveDialog.tsx';
import { RestoreDialog } from './RestoreDialog.tsx';

type Question =
  | { readonly kind: 'none' | 'make' }
  | { readonly kind: 'restore' | 'fork' | 'remove'; readonly checkpoint: Checkpoint };

/** The restore points of a sandbox: go back, branch off, or let go. */
export default function CheckpointsPane({ sandbox: id }: PaneProps) {
  const sandbox = useSandbox(id);
  const query = useCheckpoints(id);
  const mayOperate = useMayOperate(sandbox);
  const [question, setQuestion] = useState<Question>({ kind: 'none' });
  useRefreshOnEvents(id);
  if (sandbox === undefined || query.isPending) return <Loading />;
  if (query.isError) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  const able = sandbox.capabilities.checkpoint.files !== 'none';
  const canMake = mayOperate && able && (isAwake(sandbox) || sandbox.phase === 'frozen');
  const close = (open: boolean) => (open ? undefined : setQuestion({ kind: 'none' }));
  const about = 'checkpoint' in question ? question.checkpoint : undefined;
  const make = canMake ? (
    <Button icon={<Flag size={13} />} onClick={() => setQuestion({ kind: 'make' })}>
      New checkpoint…
    </Button>
  ) : undefined;
  return (
    <div className="checkpoints">
      {query.data.length === 0 ? (
        <EmptyState
          icon={<Flag size={18} />}
          title={
            isEnded(sandbox) ? 'It had no checkpoint' : able ? 'No checkpoint yet' : 'This driver keeps no checkpoints'
          }
          action={make}
        >
          {able && !isEnded(sandbox)
            ? 'A checkpoint keeps the files as they are now and the place in the recording. You can go back to it, or fork a new sandbox from it.'
            : undefined}
        </EmptyState>
      ) : (
        <>
          {make === undefined ? null : <div className="checkpoints-bar">{make}</div>}
          <ol className="checkpoints-list">
            {query.data.map((checkpoint) => (
              <CheckpointRow
                key={checkpoint.id}
                checkpoint={checkpoint}
                onFork={mayOperate ? () => setQuestion({ kind: 'fork', checkpoint }) : undefined}
                onRestore={
                  mayOperate && !isEnded(sandbox) ? () => setQuestion({ kind: 'restore', checkpoint }) : undefined
                }
                onRemove={mayOperate ? () => setQuestion({ kind: 'remove', checkpoint }) : undefined}
              />
            ))}
          </ol>
        </>
      )}
      <CheckpointDialog sandbox={sandbox} open={question.kind === 'make'} onOpenChange={close} />
      {about === undefined ? null : (
        <>
          <RestoreDialog sandbox={sandbox} checkpoint={about} open={question.kind === 'restore'} onOpenChange={close} />
          <ForkDialog sandbox={sandbox} checkpoint={about} open={question.kind === 'fork'} onOpenChange={close} />
          <RemoveDialog sandbox={sandbox} checkpoint={about} open={question.kind === 'remove'} onOpenChange={close} />
        </>
      )}
    </div>
  );
}

/** Checkpoints that others make appear by themselves. */
function useRefreshOnEvents(sandbox: PaneProps['sandbox']): void {
  const { events } = useEvents(sandbox);
  const refresh = useRefreshCheckpoints(sandbox);
  const newest = events.findLast(
    (event) => event.kind === 'checkpoint.created' || event.kind === 'checkpoint.restored',
  )?.seq;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asks again when a newer one was logged, and only then
  useEffect(() => {
    if (newest !== undefined) refresh();
  }, [newest]);
}

function Loading() {
  return (
    <div className="checkpoints" aria-busy="true">
      <Skeleton width="60%" style={{ margin: 14 }} />
      <Skeleton width="80%" style={{ margin: 14 }} />
    </div>
  );
}
