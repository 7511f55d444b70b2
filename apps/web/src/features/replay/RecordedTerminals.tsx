import type { Terminal, TerminalId } from '@sandglass/protocol';
import { Tabs } from '@sandglass/ui';
import { FileDiff, FolderTree, Gauge, SquareTerminal } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { shownName } from '../../platform/shownName.ts';
import { StillPane } from './StillPane.tsx';

type Other = 'files' | 'changes' | 'machine';

interface RecordedTerminalsProps {
  readonly terminals: readonly Terminal[];
  /** What shows one: the pane of another feature. */
  readonly pane: (terminal: Terminal) => ReactNode;
  /** What shows the files that there were, what had changed of them, and what ran. */
  readonly others: Readonly<Record<Other, ReactNode>>;
}

const otherTabs = [
  { value: 'files', label: 'Files', icon: <FolderTree size={13} /> },
  { value: 'changes', label: 'Changes', icon: <FileDiff size={13} /> },
  { value: 'machine', label: 'Machine', icon: <Gauge size={13} /> },
] as const;

const isOther = (value: TerminalId | Other | null): value is Other => otherTabs.some((tab) => tab.value === value);

/** The terminals that there were, the files and the machine, one at a time. */
export function RecordedTerminals({ terminals, pane, others }: RecordedTerminalsProps) {
  const first: TerminalId | Other = terminals[0]?.id ?? 'files';
  const [chosen, setChosen] = useState<TerminalId | Other | null>(null);
  const isThere = isOther(chosen) || terminals.some(({ id }) => id === chosen);
  const tabs = terminals.map((terminal) => ({
    value: terminal.id as TerminalId | Other,
    label: shownName(terminal.name),
    icon: <SquareTerminal size={13} />,
    panel: <StillPane id={`recorded-${terminal.id}`}>{pane(terminal)}</StillPane>,
  }));
  return (
    <Tabs
      label="Terminals and files"
      value={chosen !== null && isThere ? chosen : first}
      onChange={setChosen}
      tabs={[
        ...tabs,
        ...otherTabs.map((tab) => ({
          ...tab,
          panel: <StillPane id={`recorded-${tab.value}`}>{others[tab.value]}</StillPane>,
        })),
      ]}
    />
  );
}
