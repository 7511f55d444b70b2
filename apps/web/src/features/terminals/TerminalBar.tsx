import type { Terminal } from '@sandglass/protocol';
import { IconButton } from '@sandglass/ui';
import { Bell, Columns2, Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useStore } from '../../platform/store.ts';
import { OwnerChip } from './OwnerChip.tsx';
import { TerminalMenu } from './TerminalMenu.tsx';
import type { TerminalState } from './terminalModel.ts';
import type { TerminalViewModel } from './terminalViewModel.ts';
import type { TerminalCommands } from './useTerminalCommands.ts';

interface TerminalBarProps {
  readonly info: Terminal;
  readonly state: TerminalState;
  readonly view: TerminalViewModel;
  readonly commands: TerminalCommands;
}

/** Whose terminal it is, what its program calls itself, how large it is and who says so, and what can be done with it. */
export function TerminalBar({ info, state, view, commands }: TerminalBarProps) {
  return (
    <header className="terminal-bar">
      <OwnerChip owner={info.owner} watching={state.phase === 'live' && !state.mayInput} />
      <span className="terminal-title" title="The program in it chose this title">
        {state.title === '' ? null : (
          <>
            “<bdi>{state.title}</bdi>”
          </>
        )}
      </span>
      <BellSign view={view} />
      <Size state={state} />
      <IconButton size="small" label="Find" shortcut="Ctrl F" onClick={() => view.openFind()}>
        <Search size={12} />
      </IconButton>
      {commands.split === undefined ? null : (
        <IconButton size="small" label="Split to the right" onClick={() => commands.split?.('right')}>
          <Columns2 size={12} />
        </IconButton>
      )}
      <TerminalMenu info={info} state={state} view={view} commands={commands} />
    </header>
  );
}

function Size({ state }: { state: TerminalState }) {
  const { columns, rows } = state.size;
  const others = state.phase === 'live' && !state.sizing && state.sizedBy !== null;
  return (
    <span className="terminal-size">
      {columns}×{rows}
      {others ? <span className="terminal-sizer"> sized by {state.sizedBy}</span> : null}
    </span>
  );
}

/** Stays long enough to be seen by who looked away; the flash alone would not. */
const SIGN_MS = 4_000;

function BellSign({ view }: { view: TerminalViewModel }) {
  const { bells } = useStore(view);
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (bells === 0) return;
    setShown(true);
    const timer = setTimeout(() => setShown(false), SIGN_MS);
    return () => clearTimeout(timer);
  }, [bells]);
  return (
    <span role="status" className="terminal-rang">
      {shown ? (
        <>
          <Bell size={12} aria-hidden="true" /> Bell
        </>
      ) : null}
    </span>
  );
}
