import type { Sandbox } from '@sandglass/protocol';
import { Button, Field, FormDialog, Menu, MenuItem, TextArea, Tooltip } from '@sandglass/ui';
import { Hand, HandHelping } from 'lucide-react';
import { useState } from 'react';
import { FailedNote } from '../../platform/Failed.tsx';
import { useGate, useGateAct, useGateAnswer, useMe } from '../../platform/gate.ts';
import { shownName } from '../../platform/shownName.ts';
import { useActions } from '../../platform/useAction.ts';
import { useMayOperate } from '../../platform/useSession.ts';
import './gate.css';

/** Who has the mouse, the keyboard, the terminals and the files; and the way to have them, or to hand them back. */
export function ControlButton({ sandbox }: { sandbox: Sandbox }) {
  const control = useGate(sandbox.id)?.control;
  const me = useMe(sandbox.id);
  const may = useMayOperate(sandbox);
  const act = useGateAct(sandbox.id);
  const [returning, setReturning] = useState(false);
  const holder = control?.holder;
  const mine = holder?.kind === 'person' && holder.viewer === me;
  const other = holder?.kind === 'person' && !mine ? holder : null;
  const asking = mine ? (control?.requests[0] ?? null) : null;
  useActions([
    {
      id: 'control.take',
      title: other === null ? 'Take control' : `Take control from ${shownName(other.name)}`,
      group: 'Gate',
      hint: 'Mouse, keyboard, terminals and files are yours; the agent waits',
      icon: <Hand size={14} />,
      shortcut: 'Alt+C',
      keywords: 'lease mouse keyboard drive',
      when: may && control !== undefined && !mine,
      run: () => act.mutate({ kind: 'take' }),
    },
    {
      id: 'control.release',
      title: 'Hand back control…',
      group: 'Gate',
      icon: <HandHelping size={14} />,
      shortcut: 'Escape',
      urgent: true,
      keywords: 'release give return',
      when: mine,
      run: () => setReturning(true),
    },
  ]);
  if (!may || control === undefined) return null;
  return (
    <>
      {mine ? (
        <>
          {asking === null ? null : (
            <Button tone="warn" onClick={() => act.mutate({ kind: 'give', to: asking.viewer })}>
              Give to {shownName(asking.name)}
            </Button>
          )}
          <Tooltip label="The agent waits until you hand back (Esc)">
            <Button
              tone="human"
              className="control-mine"
              icon={<HandHelping size={14} />}
              onClick={() => setReturning(true)}
            >
              Hand back
            </Button>
          </Tooltip>
        </>
      ) : other === null ? (
        <Tooltip label="Mouse, keyboard, terminals and files are yours; the agent waits (Alt+C)">
          <Button
            tone="human"
            icon={<Hand size={14} />}
            busy={act.isPending}
            onClick={() => act.mutate({ kind: 'take' })}
          >
            Take control
          </Button>
        </Tooltip>
      ) : (
        <Menu
          align="end"
          trigger={
            <Button tone="human" icon={<Hand size={14} />}>
              {shownName(other.name)} drives
            </Button>
          }
        >
          <MenuItem icon={<HandHelping size={14} />} onSelect={() => act.mutate({ kind: 'request' })}>
            Ask for control
          </MenuItem>
          <MenuItem icon={<Hand size={14} />} tone="danger" onSelect={() => act.mutate({ kind: 'take' })}>
            Take control now
          </MenuItem>
        </Menu>
      )}
      {returning && mine ? <HandBackDialog sandbox={sandbox} onClose={() => setReturning(false)} /> : null}
    </>
  );
}

function HandBackDialog({ sandbox, onClose }: { sandbox: Sandbox; onClose: () => void }) {
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
      busy={release.isPending}
      error={release.isError ? <FailedNote error={release.error} /> : null}
      onSubmit={() => release.mutate({ kind: 'release', ...(note.trim() === '' ? {} : { note: note.trim() }) })}
    >
      <Field label="Note to the agent" hint="Optional.">
        <TextArea rows={3} autoFocus value={note} onChange={(event) => setNote(event.target.value)} />
      </Field>
    </FormDialog>
  );
}
