import type { RunTo, Sandbox } from '@sandglass/protocol';
import { Menu, MenuItem } from '@sandglass/ui';
import { ChevronDown, CircleAlert, FilePen, Flag, Pause, Play, StepForward, Zap } from 'lucide-react';
import { type GateAct, useGate, useGateAct } from '../../platform/gate.ts';
import { useActions } from '../../platform/useAction.ts';
import { ActButton, type TransportAct, TransportButton } from './TransportButton.tsx';

const places: readonly { readonly to: RunTo; readonly title: string; readonly icon: React.ReactNode }[] = [
  { to: { kind: 'call' }, title: 'Run to the next call', icon: <Zap size={14} /> },
  { to: { kind: 'error' }, title: 'Run to the next error', icon: <CircleAlert size={14} /> },
  { to: { kind: 'fileChange' }, title: 'Run to the next change of a file', icon: <FilePen size={14} /> },
  { to: { kind: 'checkpoint' }, title: 'Run to the next checkpoint', icon: <Flag size={14} /> },
];

/** Pause and go on, step, run to. `blocked` says why nothing can be asked now. */
export function GateTransport({ sandbox, blocked }: { sandbox: Sandbox; blocked: string | undefined }) {
  const gate = useGate(sandbox.id);
  const act = useGateAct(sandbox.id);
  const mode = sandbox.gate.mode;
  const waits = (gate?.held.some(({ reason }) => reason.kind !== 'control') ?? false) || sandbox.gate.heldCalls > 0;
  const stands = mode === 'pausing' || mode === 'paused' || mode === 'continuing' || waits;
  // A pause that waits for what is in flight, or a step that has just ended, is overtaken by whoever goes on.
  const why = blocked ?? (mode === 'continuing' ? 'It is continuing' : undefined);
  const of = (wanted: GateAct) => ({ group: 'Gate', blocked: why, run: () => act.mutate(wanted) });
  const goOn: TransportAct = {
    ...of({ kind: 'continue' }),
    id: 'gate.continue',
    title: 'Continue',
    hint: 'The machine goes on, and what waits is let through',
    icon: <Play size={14} />,
    shortcut: 'F8',
    keywords: 'resume go thaw unpause',
    primary: true,
    when: stands,
  };
  const pause: TransportAct = {
    ...of({ kind: 'pause' }),
    id: 'gate.pause',
    title: 'Pause',
    hint: 'New calls wait, and every process stops where it stands',
    icon: <Pause size={14} />,
    shortcut: 'F8',
    keywords: 'stop hold freeze break',
    when: !stands,
  };
  const step: TransportAct = {
    ...of({ kind: 'step' }),
    id: 'gate.step',
    title: 'Step over one call',
    label: 'Step',
    hint: 'One call goes through, then it stands again',
    icon: <StepForward size={14} />,
    shortcut: 'F10',
    keywords: 'next single',
  };
  useActions([
    goOn,
    pause,
    {
      ...of({ kind: 'pause', freeze: false }),
      id: 'gate.hold',
      title: 'Hold calls only',
      hint: 'The machine itself runs on',
      icon: <Pause size={14} />,
      keywords: 'pause calls gate',
      when: !stands,
    },
    step,
    ...places.map(({ to, title, icon }) => ({
      ...of({ kind: 'runTo', to }),
      id: `gate.runTo:${to.kind}`,
      title,
      icon,
      keywords: 'until break',
    })),
  ]);
  return (
    <>
      <ActButton act={goOn} />
      <ActButton act={pause} />
      <ActButton act={step} />
      <Menu
        trigger={
          <TransportButton
            label="Run to"
            compact
            icon={<ChevronDown size={14} />}
            onClick={why === undefined ? () => undefined : undefined}
            hint="Run to a call, an error, a change or a checkpoint"
          />
        }
      >
        {places.map(({ to, title, icon }) => (
          <MenuItem key={to.kind} icon={icon} onSelect={() => act.mutate({ kind: 'runTo', to })}>
            {title}
          </MenuItem>
        ))}
      </Menu>
      <span className="transport-line" />
    </>
  );
}
