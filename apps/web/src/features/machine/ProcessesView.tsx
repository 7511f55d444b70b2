import type { Sandbox } from '@sandglass/protocol';
import { FailedNote } from '../../platform/Failed.tsx';
import { useMayOperate } from '../../platform/useSession.ts';
import { ProcessTable } from './ProcessTable.tsx';
import { Unanswered } from './Unanswered.tsx';
import { useProcesses } from './useMachine.ts';

/** Every process that runs now. */
export function ProcessesView({ sandbox, active }: { sandbox: Sandbox; active: boolean }) {
  const { query, processes, shares } = useProcesses(sandbox.id, active);
  const mayOperate = useMayOperate(sandbox);
  if (query.data === undefined)
    return (
      <Unanswered query={query} active={active}>
        A frozen sandbox says what runs in it once it is thawed.
      </Unanswered>
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
