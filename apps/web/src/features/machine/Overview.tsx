import type { ProcessInfo, Sandbox } from '@sandglass/protocol';
import { Button } from '@sandglass/ui';
import type { ReactNode } from 'react';
import { FailedNote } from '../../platform/Failed.tsx';
import { formatBytes } from '../../platform/format.ts';
import { usePastRead } from '../../platform/pastRead.ts';
import { shownName } from '../../platform/shownName.ts';
import { EgressSection } from './EgressSection.tsx';
import { readProcesses } from './pastMachine.ts';
import { nameOf } from './processTree.ts';
import { PastResources, ResourcesSection } from './ResourcesSection.tsx';
import { Section } from './Section.tsx';
import { usePorts, useProcesses } from './useMachine.ts';
import { VariablesSection } from './VariablesSection.tsx';
import { WindowsSection } from './WindowsSection.tsx';

interface OverviewProps {
  readonly sandbox: Sandbox;
  readonly visible: boolean;
  readonly active: boolean;
  readonly onView: (view: 'processes' | 'ports') => void;
}

const FIRST = 6;

/** The machine at a glance: what it uses, its largest programs, its ports, whom it calls. */
export function Overview({ sandbox, visible, active, onView }: OverviewProps) {
  return (
    <>
      <ResourcesSection sandbox={sandbox} active={visible} />
      <Largest sandbox={sandbox} active={active} onMore={() => onView('processes')} />
      <WindowsSection sandbox={sandbox} />
      <Open sandbox={sandbox} active={active} onMore={() => onView('ports')} />
      <EgressSection sandbox={sandbox} />
      <VariablesSection sandbox={sandbox} />
    </>
  );
}

/** The same at the moment of the playhead, as far as it is recorded. */
export function PastOverview({ sandbox, onView }: Pick<OverviewProps, 'sandbox' | 'onView'>) {
  const { past } = usePastRead(readProcesses);
  const sample = past.phase === 'shown' ? past.value : undefined;
  return (
    <>
      <PastResources />
      <LargestOf
        processes={sample?.items ?? []}
        note={sample?.count ?? (past.phase === 'none' ? 'not recorded yet' : '')}
        onMore={() => onView('processes')}
      />
      <WindowsSection sandbox={sandbox} />
      <EgressSection sandbox={sandbox} />
    </>
  );
}

interface PartProps {
  readonly sandbox: Sandbox;
  readonly active: boolean;
  readonly onMore: () => void;
}

function Largest({ sandbox, active, onMore }: PartProps) {
  const { query, processes } = useProcesses(sandbox.id, active);
  return (
    <LargestOf
      processes={processes}
      note={query.data === undefined ? (active ? '' : 'after the thaw') : processes.length}
      problem={active && query.isError ? <FailedNote error={query.error} /> : null}
      onMore={onMore}
    />
  );
}

interface LargestProps {
  readonly processes: readonly ProcessInfo[];
  readonly note: ReactNode;
  readonly problem?: ReactNode;
  readonly onMore: () => void;
}

function LargestOf({ processes, note, problem, onMore }: LargestProps) {
  const largest = [...processes].sort((a, b) => b.memoryBytes - a.memoryBytes);
  return (
    <Section title="Processes" note={note}>
      {problem}
      <ul className="machine-list">
        {largest.slice(0, FIRST).map((process) => (
          <li key={process.pid} title={shownName(`${process.pid} · ${process.user} · ${process.arguments.join(' ')}`)}>
            <span className="machine-name">{shownName(nameOf(process))}</span>
            <span className="machine-value">{formatBytes(process.memoryBytes)}</span>
          </li>
        ))}
      </ul>
      <Button size="small" tone="quiet" className="machine-more" onClick={onMore}>
        All processes
      </Button>
    </Section>
  );
}

function Open({ sandbox, active, onMore }: PartProps) {
  const { query, ports } = usePorts(sandbox.id, active);
  const note =
    query.data === undefined
      ? active
        ? ''
        : 'after the thaw'
      : ports.length === 0
        ? 'none open'
        : `${ports.length} open`;
  return (
    <Section title="Ports" note={note}>
      {active && query.isError ? <FailedNote error={query.error} /> : null}
      <ul className="machine-list">
        {ports.slice(0, FIRST).map((port) => (
          <li key={port.port}>
            <span className="machine-port">{port.port}</span>
            <span className="machine-name machine-soft">{shownName(port.process ?? port.address)}</span>
          </li>
        ))}
      </ul>
      {ports.length > 0 ? (
        <Button size="small" tone="quiet" className="machine-more" onClick={onMore}>
          Open, copy, label…
        </Button>
      ) : null}
    </Section>
  );
}
