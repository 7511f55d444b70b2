import type { Terminal } from '@sandglass/protocol';
import { Tabs } from '@sandglass/ui';
import { SquareTerminal } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { shownName } from '../../platform/shownName.ts';
import { StillPane } from './StillPane.tsx';

interface RecordedTerminalsProps {
  /** One or more. */
  readonly terminals: readonly Terminal[];
  /** What shows one: the pane of another feature. */
  readonly pane: (terminal: Terminal) => ReactNode;
}

/** The terminals that there were, one at a time. */
export function RecordedTerminals({ terminals, pane }: RecordedTerminalsProps) {
  const first = terminals[0]!.id;
  const [chosen, setChosen] = useState(first);
  return (
    <Tabs
      label="Terminals"
      value={terminals.some(({ id }) => id === chosen) ? chosen : first}
      onChange={setChosen}
      tabs={terminals.map((terminal) => ({
        value: terminal.id,
        label: shownName(terminal.name),
        icon: <SquareTerminal size={13} />,
        panel: <StillPane id={`recorded-${terminal.id}`}>{pane(terminal)}</StillPane>,
      }))}
    />
  );
}
