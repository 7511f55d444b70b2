import type { Run, SandboxId } from '@sandglass/protocol';
import { formatElapsed } from '@sandglass/replay';
import { Button, Field, FormDialog, Input } from '@sandglass/ui';
import { Target } from 'lucide-react';
import { useState } from 'react';
import { progressOf } from '../../platform/dialog.tsx';
import { useRunActs } from '../../platform/runs.ts';
import { useMayOperate } from '../../platform/useSession.ts';

interface Range {
  readonly fromUs: number;
  readonly toUs: number;
}

/** Marks a selected stretch of the timeline as a run, so that it can be reviewed like those of agents. */
export function MarkRun({
  sandbox,
  range,
  onMarked,
}: {
  sandbox: SandboxId;
  range: Range;
  onMarked: (run: Run) => void;
}) {
  const mayMark = useMayOperate({ id: sandbox });
  const { mark } = useRunActs(sandbox);
  const [open, setOpen] = useState(false);
  const [goal, setGoal] = useState('');
  const [agent, setAgent] = useState('');
  if (!mayMark) return null;
  const send = () =>
    mark.mutate(
      {
        goal: goal.trim(),
        ...(agent.trim() === '' ? {} : { agent: agent.trim() }),
        range: { fromUs: Math.floor(range.fromUs), toUs: Math.ceil(range.toUs) },
      },
      {
        onSuccess: (run) => {
          setOpen(false);
          onMarked(run);
        },
      },
    );
  return (
    <>
      <Button size="small" icon={<Target size={13} />} onClick={() => setOpen(true)}>
        Mark as run…
      </Button>
      <FormDialog
        open={open}
        onOpenChange={setOpen}
        title="Mark as a run"
        description={`${formatElapsed(range.fromUs)} – ${formatElapsed(range.toUs)} of the recording, to be found in Runs and judged there.`}
        submitLabel="Mark"
        {...progressOf(mark)}
        disabled={goal.trim() === ''}
        onSubmit={send}
      >
        <Field label="Goal">
          <Input value={goal} maxLength={2_000} onValueChange={setGoal} placeholder="What was to be done in it" />
        </Field>
        <Field label="Agent" hint="Who did it; empty: you.">
          <Input value={agent} maxLength={80} onValueChange={setAgent} />
        </Field>
      </FormDialog>
    </>
  );
}
