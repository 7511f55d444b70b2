import type { SandboxId } from '@sandglass/protocol';
import { EmptyState } from '@sandglass/ui';
import { SquareTerminal } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useMayTouch } from '../../platform/gate.ts';
import { type PaneProps, type TerminalParams, usePane } from '../../platform/pane.ts';
import { useIsPast } from '../../platform/playhead.ts';
import { useSandbox } from '../../platform/sandboxes.ts';
import { isAwake } from '../../platform/status.ts';
import { useStore } from '../../platform/store.ts';
import { useMayOperate } from '../../platform/useSession.ts';
import { ClipboardOffer } from './ClipboardOffer.tsx';
import { TerminalBar } from './TerminalBar.tsx';
import { TerminalFind } from './TerminalFind.tsx';
import { TerminalNotice } from './TerminalNotice.tsx';
import { TerminalQuestions } from './TerminalQuestions.tsx';
import { TerminalScreenView } from './TerminalScreenView.tsx';
import { TerminalFailed, TerminalLoading } from './TerminalStates.tsx';
import type { TerminalModel } from './terminalModel.ts';
import { useTerminalSettings } from './terminalSettings.ts';
import { TerminalViewModel } from './terminalViewModel.ts';
import { useTerminal } from './useTerminal.ts';
import { useTerminalActions } from './useTerminalActions.ts';
import { useTerminalCommands } from './useTerminalCommands.ts';
import { useXterm } from './useXterm.ts';
import './terminal.css';

/** One terminal: a bar that says whose it is, the screen, and a line when it cannot be typed into. */
export default function TerminalPane({ sandbox, params }: PaneProps<TerminalParams>) {
  const terminal = useTerminal(sandbox, params.terminal);
  const { setTitle } = usePane();
  const name = terminal.info?.name;
  useEffect(() => {
    if (name !== undefined) setTitle(name);
  }, [name, setTitle]);
  if (terminal.info === null) {
    return (
      <EmptyState icon={<SquareTerminal />} title="This terminal is gone">
        It was hung up, or the sandbox was put back to a time before it was opened.
      </EmptyState>
    );
  }
  if (terminal.info !== undefined && terminal.model !== null)
    return <Live sandbox={sandbox} terminal={terminal} info={terminal.info} model={terminal.model} />;
  if (terminal.query.isError)
    return (
      <TerminalFailed error={terminal.query.error} id={params.terminal} onRetry={() => void terminal.query.refetch()} />
    );
  return <TerminalLoading />;
}

interface LiveProps {
  readonly sandbox: SandboxId;
  readonly terminal: ReturnType<typeof useTerminal>;
  readonly info: NonNullable<ReturnType<typeof useTerminal>['info']>;
  readonly model: TerminalModel;
}

function Live({ sandbox, terminal, info, model }: LiveProps) {
  const state = useStore(model);
  const resource = useSandbox(sandbox);
  const [view] = useState(() => new TerminalViewModel());
  const { finding } = useStore(view);
  const host = useRef<HTMLDivElement>(null);
  const screen = useXterm({ sandbox, model, view, host });
  const settings = useTerminalSettings();
  const mayOperate = useMayOperate(resource) && resource !== undefined && isAwake(resource);
  const commands = useTerminalCommands({ sandbox, info, screen, mayOperate, rename: terminal.rename });
  const past = useIsPast();
  const frozen = resource?.phase === 'frozen' && !past;
  const { may, why } = useMayTouch(sandbox);
  useEffect(() => model.block(!may), [model, may]);
  useTerminalActions({ info, state, view, commands });
  return (
    <div className="terminal-pane" data-colors={settings.colors}>
      <TerminalBar info={info} state={state} view={view} commands={commands} />
      <TerminalScreenView model={model} view={view} screen={screen} host={host} frozen={frozen}>
        <ClipboardOffer view={view} />
        {finding && screen !== null ? <TerminalFind view={view} screen={screen} /> : null}
      </TerminalScreenView>
      {past && state.phase !== 'failed' ? null : (
        <TerminalNotice
          terminal={info.id}
          state={state}
          frozen={frozen}
          driver={why}
          commands={commands}
          onReconnect={terminal.reconnect}
        />
      )}
      <TerminalQuestions
        view={view}
        sandbox={resource}
        onPaste={(text) => {
          screen?.paste(text);
          screen?.focus();
        }}
      />
    </div>
  );
}
