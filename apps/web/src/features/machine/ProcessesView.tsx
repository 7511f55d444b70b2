import type { Sandbox } from '@sandglass/protocol';
import { EmptyState, Skeleton } from '@sandglass/ui';
import { useMemo, useState } from 'react';
import { Failed, FailedNote } from '../../platform/Failed.tsx';
import { useMayOperate } from '../../platform/useSession.ts';
import { FilterTools } from './FilterTools.tsx';
import { ProcessDetail } from './ProcessDetail.tsx';
import { ProcessTree } from './ProcessTree.tsx';
import { type ProcessSort, treeOf } from './processTree.ts';
import { useProcesses } from './useMachine.ts';

const nothing: ReadonlySet<string> = new Set();

/** Every process, as a tree; the chosen one stays chosen while the numbers move. */
export function ProcessesView({ sandbox, active }: { sandbox: Sandbox; active: boolean }) {
  const { query, processes, shares } = useProcesses(sandbox.id, active);
  const mayOperate = useMayOperate(sandbox);
  const [filter, setFilter] = useState('');
  const [sort, setSort] = useState<ProcessSort>('started');
  const [closed, setClosed] = useState(nothing);
  const [chosen, setChosen] = useState<string | null>(null);
  const rows = useMemo(
    () => treeOf(processes, { shares, sort, filter, closed }),
    [processes, shares, sort, filter, closed],
  );
  if (query.data === undefined && query.isError)
    return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data === undefined)
    return active ? (
      <div className="machine-loading" aria-busy="true">
        <Skeleton width="70%" />
      </div>
    ) : (
      <EmptyState title="Nothing answers now">A frozen sandbox says what runs in it once it is thawed.</EmptyState>
    );
  const selected = rows.find((row) => row.key === chosen);
  const toggle = (key: string, open: boolean) => {
    const next = new Set(closed);
    if (open) next.delete(key);
    else next.add(key);
    setClosed(next);
  };
  return (
    <div className="machine-split">
      <FilterTools
        label="Filter processes"
        placeholder="Filter by name, user or number"
        filter={filter}
        onFilter={setFilter}
        choice={{
          label: 'Sort by',
          value: sort,
          segments: [
            { value: 'started', label: 'Started' },
            { value: 'cpu', label: 'Cpu' },
            { value: 'memory', label: 'Memory' },
          ],
          onChange: setSort,
        }}
      />
      {active && query.isError ? <FailedNote error={query.error} /> : null}
      {rows.length === 0 ? (
        <EmptyState title="No process is like that">Take something out of the filter.</EmptyState>
      ) : (
        <ProcessTree rows={rows} chosen={chosen} onChoose={setChosen} onToggle={toggle} />
      )}
      {selected === undefined ? null : (
        <ProcessDetail
          row={selected}
          sandbox={sandbox}
          mayOperate={mayOperate && active}
          onClose={() => setChosen(null)}
        />
      )}
    </div>
  );
}
