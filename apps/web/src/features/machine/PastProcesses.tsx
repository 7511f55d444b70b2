import type { Sandbox } from '@sandglass/protocol';
import { EmptyState, Skeleton } from '@sandglass/ui';
import { useMemo } from 'react';
import { Failed } from '../../platform/Failed.tsx';
import { usePastRead } from '../../platform/pastRead.ts';
import { ProcessTable } from './ProcessTable.tsx';
import { readProcesses, sharesIn } from './pastMachine.ts';

/** What ran at the moment of the playhead, as it was last sampled by then. */
export function PastProcesses({ sandbox }: { sandbox: Sandbox }) {
  const { past, retry } = usePastRead(readProcesses);
  const sample = past.phase === 'shown' ? past.value : undefined;
  const shares = useMemo(() => (sample === undefined ? new Map<string, number>() : sharesIn(sample)), [sample]);
  if (past.phase === 'failed') return <Failed error={past.error} onRetry={retry} />;
  if (past.phase === 'none')
    return (
      <EmptyState title="No processes were recorded yet">
        They are looked at every ten seconds while a sandbox runs, and kept when they differ. Move the playhead on.
      </EmptyState>
    );
  if (sample === undefined)
    return (
      <div className="machine-loading" aria-busy="true">
        <Skeleton width="70%" />
      </div>
    );
  const { count, items, atMs } = sample;
  return (
    <ProcessTable
      sandbox={sandbox}
      processes={items}
      shares={shares}
      mayOperate={false}
      note={
        <p className="machine-rest">
          As sampled at {new Date(atMs).toLocaleTimeString()}
          {count > items.length ? `: the ${items.length} that used most, of ${count}` : ''}
        </p>
      }
    />
  );
}
