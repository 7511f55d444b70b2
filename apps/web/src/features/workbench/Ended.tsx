import type { Sandbox } from '@sandglass/protocol';
import { Button, EmptyState, ErrorState, RelativeTime } from '@sandglass/ui';
import { Link } from '@tanstack/react-router';
import { Archive, GitFork } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useCheckpoints } from '../../platform/checkpoints.ts';
import { PaneContext, type PaneHandle } from '../../platform/pane.ts';
import { useMayOperate } from '../../platform/useSession.ts';
import { ForkDialog } from '../checkpoints/ForkDialog.tsx';
import './ended.css';

const ActivityPane = lazy(() => import('../activity/ActivityPane.tsx'));
const CheckpointsPane = lazy(() => import('../checkpoints/CheckpointsPane.tsx'));

const still = (id: string): PaneHandle => ({
  id,
  visible: true,
  setTitle: () => undefined,
  setUnsaved: () => undefined,
  close: () => undefined,
});

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

const keptOf = (points: number): string =>
  points === 0
    ? 'Its recording is kept. It had no checkpoint, so its files are gone.'
    : `Its recording and ${points === 1 ? 'its checkpoint' : `its ${points} checkpoints`} are kept.`;

/** A sandbox that has ended or failed: why, and what is left of it. */
export function Ended({ sandbox }: { sandbox: Sandbox }) {
  const points = useCheckpoints(sandbox.id).data ?? [];
  const mayOperate = useMayOperate(sandbox);
  const [forking, setForking] = useState(false);
  const action = (
    <>
      {mayOperate && points.length > 0 ? (
        <Button tone="primary" icon={<GitFork size={14} />} onClick={() => setForking(true)}>
          Fork from a checkpoint
        </Button>
      ) : null}
      <Link to="/" className="ended-link">
        All sandboxes
      </Link>
    </>
  );
  return (
    <div className="ended">
      <div className="ended-main">
        {sandbox.phase === 'failed' ? (
          <ErrorState title="This sandbox failed" id={sandbox.id} action={action}>
            {sentence(sandbox.reason ?? 'The server gave no reason')} {keptOf(points.length)}
          </ErrorState>
        ) : (
          <EmptyState icon={<Archive size={18} />} title="This sandbox has ended" action={action}>
            {sandbox.endedAtMs === null ? null : (
              <>
                <RelativeTime atMs={sandbox.endedAtMs} /> ago
                {sandbox.reason === null ? '.' : `: ${sentence(sandbox.reason)}`}{' '}
              </>
            )}
            {keptOf(points.length)}
          </EmptyState>
        )}
      </div>
      <aside className="ended-side">
        <PaneContext value={still('ended')}>
          <Suspense>
            <h2>Checkpoints</h2>
            <div className="ended-points">
              <CheckpointsPane sandbox={sandbox.id} params={{}} />
            </div>
            <h2>Activity</h2>
            <div className="ended-activity">
              <ActivityPane sandbox={sandbox.id} params={{}} />
            </div>
          </Suspense>
        </PaneContext>
      </aside>
      <ForkDialog sandbox={sandbox} open={forking} onOpenChange={setForking} />
    </div>
  );
}
