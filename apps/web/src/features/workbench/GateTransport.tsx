import type { RunTo, Sandbox } from '@sandglass/protocol';
import { Menu, MenuItem } from '@sandglass/ui';
import { ChevronDown, CircleAlert, FilePen, Flag, Pause, Play, StepForward, Zap } from 'lucide-react';
import { type GateAct, useGate, useGateAct } from '../../platform/gate.ts';
import { useActions } from '../../platform/useAction.ts';
import { TransportButton } from './TransportButton.tsx';

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
  const stands = mode === 'paused' || mode === 'continuing' || waits;
  const may = blocked === undefined && mode !== 'continuing' && mode !== 'pausing';
  const ask = (wanted: GateAct) => (may ? () => act.mutate(wanted) : undefined);
  const why = blocked ?? (may ? undefined : `It is ${mode}`);
  useActions([
    {
      id: 'gate.continue',
      title: 'Continue',
      group: 'Gate',
      hint: 'The machine goes on, and what waits is let through',
      icon: <Play size={14} />,
      shortcut: 'F8',
      keywords: 'resume go thaw unpause',
      when: stands,
      blocked: why,
      run: () => act.mutate({ kind: 'continue' }),
    },
    {
      id: 'gate.pause',
      title: 'Pause',
      group: 'Gate',
      hint: 'New calls wait, and every process stops where it stands',
      icon: <Pause size={14} />,
      shortcut: 'F8',
      keywords: 'stop hold freeze break',
      when: !stands,
      blocked: why,
      run: () => act.mutate({ kind: 'pause' }),
    },
    {
      id: 'gate.hold',
      title: 'Hold calls only',
      group: 'Gate',
      hint: 'The machine itself runs on',
      icon: <Pause size={14} />,
      keywords: 'pause calls gate',
      when: !stands,
      blocked: why,
      run: () => act.mutate({ kind: 'pause', freeze: false }),
    },
    {
      id: 'gate.step',
      title: 'Step over one call',
      group: 'Gate',
      icon: <StepForward size={14} />,
      shortcut: 'F10',
      keywords: 'next single',
      blocked: why,
      run: () => act.mutate({ kind: 'step' }),
    },
    ...places.map(({ to, title, icon }) => ({
      id: `gate.runTo:${to.kind}`,
      title,
      group: 'Gate',
      icon,
      keywords: 'until break',
      blocked: why,
      run: () => act.mutate({ kind: 'runTo', to }),
    })),
  ]);
  return (
    <>
      {stands ? (
        <TransportButton
          label="Continue"
          shortcut="F8"
          primary
          icon={<Play size={14} />}
          onClick={ask({ kind: 'continue' })}
          hint="The machine goes on, and what waits is let through"
        />
      ) : (
        <TransportButton
          label="Pause"
          shortcut="F8"
          icon={<Pause size={14} />}
          onClick={ask({ kind: 'pause' })}
          hint="New calls wait, and every process stops where it stands"
        />
      )}
      <TransportButton
        label="Step"
        shortcut="F10"
        icon={<StepForward size={14} />}
        onClick={ask({ kind: 'step' })}
        hint="One call goes through, then it stands again"
      />
      <Menu
        trigger={
          <TransportButton
            label="Run to"
            compact
            icon={<ChevronDown size={14} />}
            onClick={may ? () => undefined : undefined}
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
