import type { Sandbox } from '@sandglass/protocol';
import { Button, ErrorState, RelativeTime, Tabs } from '@sandglass/ui';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { clsx } from 'clsx';
import { Activity, GitFork, MessageSquare } from 'lucide-react';
import { lazy, useEffect, useState } from 'react';
import { useCheckpoints } from '../../platform/checkpoints.ts';
import { useClient } from '../../platform/client.tsx';
import { useNotes } from '../../platform/notes.ts';
import { PaneActionsContext } from '../../platform/pane.ts';
import { useMayOperate } from '../../platform/useSession.ts';
import { ForkDialog } from '../checkpoints/ForkDialog.tsx';
import { RecordedTerminals } from '../replay/RecordedTerminals.tsx';
import { nothingToOpen, StillPane } from '../replay/StillPane.tsx';
import { PastChanges, PastFiles } from './PastFiles.tsx';
import './ended.css';
import type { Bench, First } from './Workbench.tsx';

const ActivityPane = lazy(() => import('../activity/ActivityPane.tsx'));
const ScreenPane = lazy(() => import('../screen/ScreenPane.tsx'));
const TerminalPane = lazy(() => import('../terminals/TerminalPane.tsx'));
const NotesPane = lazy(() => import('../notes/NotesPane.tsx'));
const MachinePane = lazy(() => import('../machine/MachinePane.tsx'));
const CheckpointsPane = lazy(() => import('../checkpoints/CheckpointsPane.tsx'));

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

const keptOf = (points: number): string =>
  points === 0
    ? 'Its recording is kept. It had no checkpoint.'
    : `Its recording and ${points === 1 ? 'its checkpoint' : `its ${points} checkpoints`} are kept.`;

type Told = 'activity' | 'notes';

/** A sandbox that has ended or failed: why, what is left of it, and its recording, to be looked through. */
export function Ended({
  sandbox,
  first,
  onBench,
}: {
  sandbox: Sandbox;
  first: First;
  onBench: (bench: Bench | null) => void;
}) {
  const client = useClient();
  const points = useCheckpoints(sandbox.id).data ?? [];
  const mayOperate = useMayOperate(sandbox);
  const [forking, setForking] = useState(false);
  const notes = useNotes(sandbox.id).data;
  const [told, setTold] = useState<Told>(first.pane === 'notes' ? 'notes' : 'activity');
  useEffect(() => {
    onBench({
      show: (pane) => (pane === 'activity' || pane === 'notes' ? setTold(pane) : undefined),
      shown: () => ({ pane: told }),
    });
    return () => onBench(null);
  }, [onBench, told]);
  const terminals = useQuery({
    queryKey: ['terminals', sandbox.id],
    queryFn: async ({ signal }) =>
      (await client.request('terminals', { params: { sandbox: sandbox.id }, query: { past: 'true' }, signal })).items,
  });
  const open = terminals.data ?? [];
  const action = (
    <>
      {mayOperate && points.length > 0 ? (
        <Button size="small" icon={<GitFork size={14} />} onClick={() => setForking(true)}>
          Fork from a checkpoint
        </Button>
      ) : null}
      <Link to="/" className="ended-link">
        All sandboxes
      </Link>
    </>
  );
  const why = sandbox.reason === null ? null : sentence(sandbox.reason);
  const nothing = sandbox.phase === 'failed' && sandbox.screen === null && terminals.isSuccess && open.length === 0;
  return (
    <PaneActionsContext value={nothingToOpen}>
      <div className="ended">
        <div className="ended-main">
          {nothing ? (
            <ErrorState title="This sandbox failed" id={sandbox.id} action={action}>
              {why ?? 'The server gave no reason.'} {keptOf(points.length)}
            </ErrorState>
          ) : (
            <>
              <section className={clsx('ended-note', sandbox.phase === 'failed' && 'ended-note-failed')}>
                <p>
                  <b>{sandbox.phase === 'failed' ? 'This sandbox failed' : 'This sandbox has ended'}</b>
                  {sandbox.endedAtMs === null ? null : (
                    <>
                      {' '}
                      <RelativeTime atMs={sandbox.endedAtMs} /> ago
                    </>
                  )}
                  {why === null ? '.' : `: ${why}`} {keptOf(points.length)}
                </p>
                {action}
              </section>
              {sandbox.screen === null ? null : (
                <div className="ended-screen">
                  <StillPane id="ended-screen">
                    <ScreenPane sandbox={sandbox.id} params={{}} />
                  </StillPane>
                </div>
              )}
              <div className="ended-terminals">
                <RecordedTerminals
                  terminals={open}
                  pane={({ id }) => <TerminalPane sandbox={sandbox.id} params={{ terminal: id }} />}
                  others={{
                    files: <PastFiles sandbox={sandbox.id} />,
                    changes: <PastChanges sandbox={sandbox.id} />,
                    machine: <MachinePane sandbox={sandbox.id} params={{}} />,
                  }}
                />
              </div>
            </>
          )}
        </div>
        <aside className="ended-side">
          <StillPane id="ended">
            <h2>Checkpoints</h2>
            <div className="ended-points">
              <CheckpointsPane sandbox={sandbox.id} params={{}} />
            </div>
            <div className="ended-told">
              <Tabs
                label="What happened"
                value={told}
                onChange={setTold}
                tabs={[
                  {
                    value: 'activity',
                    label: 'Activity',
                    icon: <Activity size={13} />,
                    panel: <ActivityPane sandbox={sandbox.id} params={{}} />,
                  },
                  {
                    value: 'notes',
                    label: 'Notes',
                    icon: <MessageSquare size={13} />,
                    ...(notes === undefined || notes.length === 0 ? {} : { count: notes.length }),
                    panel: <NotesPane sandbox={sandbox.id} params={{}} />,
                  },
                ]}
              />
            </div>
          </StillPane>
        </aside>
        <ForkDialog sandbox={sandbox} open={forking} onOpenChange={setForking} />
      </div>
    </PaneActionsContext>
  );
}
