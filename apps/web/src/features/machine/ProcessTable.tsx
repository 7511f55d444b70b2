import type { ProcessInfo, Sandbox } from '@sandglass/protocol';
import type { Segment } from '@sandglass/ui';
import { type ReactNode, useMemo, useState } from 'react';
import { FilteredList } from './FilteredList.tsx';
import { ProcessDetail } from './ProcessDetail.tsx';
import { ProcessTree } from './ProcessTree.tsx';
import { type ProcessSort, treeOf } from './processTree.ts';

const nothing: ReadonlySet<string> = new Set();
const sorts: readonly Segment<ProcessSort>[] = [
  { value: 'started', label: 'Started' },
  { value: 'cpu', label: 'Cpu' },
  { value: 'memory', label: 'Memory' },
];

interface ProcessTableProps {
  readonly sandbox: Sandbox;
  readonly processes: readonly ProcessInfo[];
  readonly shares: ReadonlyMap<string, number>;
  /** Whether signals can be sent: to what runs now. */
  readonly mayOperate: boolean;
  /** What is to be known of the list as a whole. */
  readonly note?: ReactNode;
}

/** Processes as a tree; the chosen one stays chosen while the numbers move. */
export function ProcessTable({ sandbox, processes, shares, mayOperate, note }: ProcessTableProps) {
  const [filter, setFilter] = useState('');
  const [sort, setSort] = useState<ProcessSort>('started');
  const [closed, setClosed] = useState(nothing);
  const [chosen, setChosen] = useState<string | null>(null);
  const rows = useMemo(
    () => treeOf(processes, { shares, sort, filter, closed }),
    [processes, shares, sort, filter, closed],
  );
  const selected = rows.find((row) => row.key === chosen);
  const toggle = (key: string, open: boolean) => {
    const next = new Set(closed);
    if (open) next.delete(key);
    else next.add(key);
    setClosed(next);
  };
  return (
    <FilteredList
      tools={{
        label: 'Filter processes',
        placeholder: 'Filter by name, user or number',
        filter,
        onFilter: setFilter,
        choice: { label: 'Sort by', value: sort, segments: sorts, onChange: setSort },
      }}
      note={note}
      count={rows.length}
      nothing="No process is like that"
      foot={
        selected === undefined ? null : (
          <ProcessDetail row={selected} sandbox={sandbox} mayOperate={mayOperate} onClose={() => setChosen(null)} />
        )
      }
    >
      <ProcessTree rows={rows} chosen={chosen} onChoose={setChosen} onToggle={toggle} />
    </FilteredList>
  );
}
