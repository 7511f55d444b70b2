/** What people changed of a machine beside its files, and what of it can be taken back. */
import type { LogEvent, SandboxId, Seq } from '@sandglass/protocol';
import { toast } from '@sandglass/ui';
import { useMutation } from '@tanstack/react-query';
import { useClient } from './client.tsx';
import { describeFailure } from './errors.ts';
import { usePutSandbox } from './sandboxes.ts';

type Intervention = Extract<LogEvent, { kind: 'environment.changed' | 'egress.changed' }>;

const isIntervention = (event: LogEvent): event is Intervention =>
  event.kind === 'environment.changed' || event.kind === 'egress.changed';

/** The changes that nobody has taken back yet, by their place in the log; taking one back can itself be taken back. */
export function undoableOf(events: readonly LogEvent[]): ReadonlySet<number> {
  const open = new Set<number>();
  for (const event of events) {
    if (!isIntervention(event)) continue;
    open.add(event.seq);
    if (event.data.undoes !== null) open.delete(event.data.undoes);
  }
  return open;
}

export function useUndo(sandbox: SandboxId) {
  const client = useClient();
  const put = usePutSandbox();
  return useMutation({
    mutationFn: (seq: Seq) => client.request('undoIntervention', { params: { sandbox, seq } }),
    onSuccess: (next) => put(next),
    onError: (error) => toast.fail('It was not undone', describeFailure(error).detail),
  });
}
