import type { Sandbox } from '@sandglass/protocol';
import { EmptyState, Skeleton } from '@sandglass/ui';
import { Failed, FailedNote } from '../../platform/Failed.tsx';
import { useMayOperate } from '../../platform/useSession.ts';
import { ProcessTable } from './ProcessTable.tsx';
import { useProcesses } from './useMachine.ts';

/** Every process that runs now. */
export function ProcessesView({ sandbox, active }: { sandbox: Sandbox; active: boolean }) {
  const { query, processes, shares } = useProcesses(sandbox.id, active);
  const mayOperate = useMayOperate(sandbox);
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
  return (
    <ProcessTable
      sandbox={sandbox}
      processes={processes}
      shares={shares}
      mayOperate={mayOperate && active}
      note={active && query.isError ? <FailedNote error={query.error} /> : null}
    />
  );
}
