import type { Terminal, TerminalId } from '@sandglass/protocol';
import { Tabs } from '@sandglass/ui';
import { FolderTree, SquareTerminal } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { shownName } from '../../platform/shownName.ts';
import { StillPane } from './StillPane.tsx';

interface RecordedTerminalsProps {
  readonly terminals: readonly Terminal[];
  /** What shows one: the pane of another feature. */
  readonly pane: (terminal: Terminal) => ReactNode;
  /** What shows the files that there were. */
  readonly files: ReactNode;
}

/** The terminals that there were, and the files, one at a time. */
export function RecordedTerminals({ terminals, pane, files }: RecordedTerminalsProps) {
  const first: TerminalId | 'files' = terminals[0]?.id ?? 'files';
  const [chosen, setChosen] = useState<TerminalId | 'files' | null>(null);
  const isThere = chosen === 'files' || terminals.some(({ id }) => id === chosen);
  const tabs = terminals.map((terminal) => ({
    value: terminal.id as TerminalId | 'files',
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
        {
          value: 'files' as const,
          label: 'Files',
          icon: <FolderTree size={13} />,
          panel: <StillPane id="recorded-files">{files}</StillPane>,
        },
      ]}
    />
  );
}
