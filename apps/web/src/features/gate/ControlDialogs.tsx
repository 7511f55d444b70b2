import type { Sandbox } from '@sandglass/protocol';
import { Field, FormDialog, TextArea } from '@sandglass/ui';
import { useState } from 'react';
import { progressOf } from '../../platform/dialog.tsx';
import { useGateAnswer } from '../../platform/gate.ts';
import { shownName } from '../../platform/shownName.ts';

interface DialogProps {
  readonly sandbox: Sandbox;
  readonly onClose: () => void;
}

/** What a person wrote, if anything. */
const given = <K extends string>(key: K, text: string) =>
  (text.trim() === '' ? {} : { [key]: text.trim() }) as { readonly [P in K]?: string };

export function HandBackDialog({ sandbox, onClose }: DialogProps) {
  const [note, setNote] = useState('');
  const release = useGateAnswer(sandbox.id, onClose);
  return (
    <FormDialog
      open
      onOpenChange={onClose}
      title="Hand back control"
      description="What waits goes on. The agent is told which files changed meanwhile, and what you write here."
      submitLabel="Hand back"
      cancelLabel="Keep it"
      {...progressOf(release)}
      onSubmit={() => release.mutate({ kind: 'release', ...given('note', note) })}
    >
      <Field label="Note to the agent" hint="Optional.">
        <TextArea rows={3} autoFocus value={note} onChange={(event) => setNote(event.target.value)} />
      </Field>
    </FormDialog>
  );
}

/** From somebody who is at work: they are told why. */
export function TakeDialog({ sandbox, from, ask, onClose }: DialogProps & { from: string; ask: boolean }) {
  const [reason, setReason] = useState('');
  const act = useGateAnswer(sandbox.id, onClose);
  const name = shownName(from);
  return (
    <FormDialog
      open
      onOpenChange={onClose}
      title={ask ? `Ask ${name} for control` : `Take control from ${name}`}
      description={
        ask
          ? `${name} sees that you ask, and can give it to you with one click.`
          : `${name} can touch nothing from now on; keys and buttons that are held are let go.`
      }
      submitLabel={ask ? 'Ask' : 'Take control'}
      {...progressOf(act)}
      onSubmit={() => act.mutate({ kind: ask ? 'request' : 'take', ...given('reason', reason) })}
    >
      <Field label={`Why, for ${name} and the recording`} hint="Optional.">
        <TextArea rows={2} autoFocus value={reason} onChange={(event) => setReason(event.target.value)} />
      </Field>
    </FormDialog>
  );
}
