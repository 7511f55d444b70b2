import type { Sandbox } from '@sandglass/protocol';
import { EmptyState, Segments, Skeleton } from '@sandglass/ui';
import { ChartLine, LayoutList, ListTree, Plug, ScrollText, Snowflake } from 'lucide-react';
import { lazy, useState } from 'react';
import { z } from 'zod';
import { LazyPart } from '../../platform/LazyPart.tsx';
import { PartMissing } from '../../platform/PartMissing.tsx';
import { type PaneProps, usePane } from '../../platform/pane.ts';
import { useIsPast } from '../../platform/playhead.ts';
import { useSandbox } from '../../platform/sandboxes.ts';
import { isAwake, isEnded } from '../../platform/status.ts';
import { readPreference, writePreference } from '../../platform/storage.ts';
import { useActions } from '../../platform/useAction.ts';
import { LogView } from './LogView.tsx';
import './machine.css';
import { Overview, PastOverview } from './Overview.tsx';
import { PastProcesses } from './PastProcesses.tsx';
import { PortsView } from './PortsView.tsx';
import { ProcessesView } from './ProcessesView.tsx';

const ChartsView = lazy(() => import('./ChartsView.tsx'));

const View = z.enum(['overview', 'processes', 'ports', 'charts', 'log']);
type View = z.infer<typeof View>;
const KEY = 'machine.view';

const views = [
  { value: 'overview', name: 'Overview', icon: LayoutList },
  { value: 'processes', name: 'Processes', icon: ListTree },
  { value: 'ports', name: 'Ports', icon: Plug },
  { value: 'charts', name: 'Charts', icon: ChartLine },
  { value: 'log', name: 'Log', icon: ScrollText },
] as const satisfies readonly { value: View; name: string; icon: unknown }[];

/** What runs in the sandbox, what it uses, what it listens on and whom it calls. */
export default function MachinePane({ sandbox: id }: PaneProps) {
  const sandbox = useSandbox(id);
  const { visible } = usePane();
  const isPast = useIsPast();
  const [view, setView] = useState<View>(() => readPreference(KEY, View) ?? 'overview');
  const choose = (next: View) => {
    writePreference(KEY, next);
    setView(next);
  };
  useActions(
    views.map(({ value, name, icon: Icon }) => ({
      id: `machine.${value}`,
      title: `Machine: ${name.toLowerCase()}`,
      group: 'Machine',
      icon: <Icon size={14} />,
      run: () => choose(value),
    })),
  );
  if (sandbox === undefined)
    return (
      <div className="machine machine-loading">
        <Skeleton width="60%" />
      </div>
    );
  return (
    <div className="machine">
      <nav className="machine-views" aria-label="Views of the machine">
        <Segments
          label="View"
          value={view}
          onChange={choose}
          segments={views.map(({ value, name, icon: Icon }) => ({
            value,
            name,
            label: (
              <>
                <Icon size={13} aria-hidden="true" />
                <span className="machine-view-name">{name}</span>
              </>
            ),
          }))}
        />
      </nav>
      {sandbox.phase === 'frozen' && !isPast ? <FrozenNote /> : null}
      <div className="machine-view">
        <LazyPart waiting={<Skeleton width="60%" />} missing={<PartMissing />}>
          <Shown view={view} sandbox={sandbox} visible={visible} onView={choose} />
        </LazyPart>
      </div>
    </div>
  );
}

interface ShownProps {
  readonly view: View;
  readonly sandbox: Sandbox;
  readonly visible: boolean;
  readonly onView: (view: View) => void;
}

function Shown({ view, sandbox, visible, onView }: ShownProps) {
  const isPast = useIsPast();
  // What was recorded stays when it has ended.
  if (view === 'log') return <LogView sandbox={sandbox} />;
  if (view === 'charts') return <ChartsView sandbox={sandbox} active={visible} />;
  if (isPast) {
    if (view === 'processes') return <PastProcesses sandbox={sandbox} />;
    if (view === 'ports')
      return (
        <EmptyState title="What listened then is not recorded">
          Go back to live to see the ports that are open now.
        </EmptyState>
      );
    return <PastOverview sandbox={sandbox} onView={onView} />;
  }
  if (isEnded(sandbox))
    return (
      <EmptyState title="It has ended">
        Nothing runs in it any more. Its charts, log, recording and checkpoints are kept.
      </EmptyState>
    );
  const active = visible && isAwake(sandbox);
  if (view === 'processes') return <ProcessesView sandbox={sandbox} active={active} />;
  if (view === 'ports') return <PortsView sandbox={sandbox} active={active} />;
  return <Overview sandbox={sandbox} visible={visible} active={active} onView={onView} />;
}

function FrozenNote() {
  return (
    <p className="machine-note" role="status">
      <Snowflake size={12} aria-hidden="true" /> Frozen: as it was when it stopped
    </p>
  );
}
