import { Button, EmptyState, Segments, Skeleton, useNow } from '@sandglass/ui';
import { useIsMutating } from '@tanstack/react-query';
import { CircleX, LayoutGrid, List, SearchX, Snowflake } from 'lucide-react';
import { Failed } from '../../platform/Failed.tsx';
import { useSandboxes } from '../../platform/sandboxes.ts';
import { firstKey } from './createSandbox.ts';
import { FirstRun } from './FirstRun.tsx';
import { SandboxCard } from './SandboxCard.tsx';
import { SandboxTable } from './SandboxTable.tsx';
import './wall.css';
import { countShown, type Show, selectShown } from './wallModel.ts';

export interface WallProps {
  readonly show: Show;
  readonly find: string;
  readonly view: 'cards' | 'list';
  readonly onShow: (show: Show) => void;
  readonly onView: (view: 'cards' | 'list') => void;
  readonly onOpen: (sandbox: string) => void;
  /** Absent when this token may not create. */
  readonly onCreate: (() => void) | undefined;
}

export function Wall(props: WallProps) {
  const query = useSandboxes();
  const nowMs = useNow();
  const starting = useIsMutating({ mutationKey: firstKey }) > 0;
  if (query.isPending) return <WallSkeleton />;
  if (query.isError) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  const all = query.data;
  const counts = countShown(all);
  const shown = selectShown(all, props.show, props.find);
  const nothing = shown.length === 0 && props.show === 'all' && props.find === '';
  // While the first one is being made, the page that made it stays and shows how far it is.
  if (nothing || starting) return <FirstRun onOpen={props.onOpen} onCreate={props.onCreate} again={all.length > 1} />;
  return (
    <div className="wall">
      <div className="wall-head">
        <h2>Live</h2>
        <Segments
          label="Which sandboxes"
          value={props.show}
          onChange={props.onShow}
          segments={segmentsOf(counts, props.show)}
        />
        <span className="wall-gap" />
        <Segments
          label="View"
          value={props.view}
          onChange={props.onView}
          segments={[
            { value: 'cards', name: 'Cards', label: <LayoutGrid size={14} /> },
            { value: 'list', name: 'List', label: <List size={14} /> },
          ]}
        />
      </div>
      {shown.length === 0 ? (
        <NothingShown {...props} />
      ) : props.view === 'list' ? (
        <SandboxTable sandboxes={shown} />
      ) : (
        <ul className="wall-grid">
          {shown.map((sandbox) => (
            <li key={sandbox.id}>
              <SandboxCard sandbox={sandbox} nowMs={nowMs} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Groups that hold something, and the one that is chosen. */
function segmentsOf(counts: Record<Show, number>, chosen: Show) {
  const segments = [
    { value: 'all' as const, label: `All ${counts.all}` },
    { value: 'running' as const, label: `Running ${counts.running}` },
    {
      value: 'frozen' as const,
      label: (
        <>
          <Snowflake size={12} /> Frozen {counts.frozen}
        </>
      ),
    },
    {
      value: 'failed' as const,
      label: (
        <>
          <CircleX size={12} className="wall-failed" /> Failed {counts.failed}
        </>
      ),
    },
    { value: 'ended' as const, label: `Ended ${counts.ended}` },
  ];
  return segments.filter((segment) => segment.value === 'all' || segment.value === chosen || counts[segment.value] > 0);
}

function NothingShown({ find, show, onShow }: WallProps) {
  return (
    <EmptyState
      icon={<SearchX size={18} />}
      title={find === '' ? 'None of them is in this state' : 'No sandbox matches'}
      action={show === 'all' ? undefined : <Button onClick={() => onShow('all')}>Show all</Button>}
    >
      {find === '' ? undefined : 'The words are looked for in names, ids, images and labels.'}
    </EmptyState>
  );
}

function WallSkeleton() {
  return (
    <div className="wall" aria-busy="true">
      <span className="wall-loading" role="status">
        Loading sandboxes
      </span>
      <ul className="wall-grid">
        {[0, 1, 2, 3].map((key) => (
          <li key={key}>
            <Skeleton height={250} style={{ borderRadius: 10 }} />
          </li>
        ))}
      </ul>
    </div>
  );
}
