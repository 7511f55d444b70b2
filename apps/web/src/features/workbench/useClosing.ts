import type { Terminal } from '@sandglass/protocol';
import type { DockviewApi } from 'dockview-react';
import { useCallback, useState } from 'react';
import type { CloseQuestion } from './CloseDialog.tsx';
import { unsavedPanes } from './unsaved.ts';

/** Closing a pane: at once when nothing can be lost, else after a question. */
export function useClosing({
  api,
  terminals,
  mayOperate,
  onHangUp,
}: {
  api: DockviewApi | undefined;
  terminals: readonly Terminal[];
  mayOperate: boolean;
  onHangUp: (terminal: Terminal) => void;
}) {
  const [question, setQuestion] = useState<CloseQuestion>({ kind: 'none' });
  const ask = useCallback(
    (pane: string) => {
      const panel = api?.getPanel(pane);
      if (panel === undefined) return;
      const name = panel.title ?? pane;
      const terminal = terminals.find((each) => pane === `terminal:${each.id}`);
      if (unsavedPanes.state.has(pane)) setQuestion({ kind: 'unsaved', pane, name });
      else if (mayOperate && terminal !== undefined && terminal.exit === null && terminal.owner === 'person')
        setQuestion({ kind: 'terminal', pane, name });
      else panel.api.close();
    },
    [api, terminals, mayOperate],
  );
  const cancel = () => setQuestion({ kind: 'none' });
  const confirm = () => {
    if (question.kind !== 'none') api?.getPanel(question.pane)?.api.close();
    cancel();
  };
  const hangUp = () => {
    if (question.kind === 'none') return;
    const terminal = terminals.find((each) => question.pane === `terminal:${each.id}`);
    if (terminal !== undefined) onHangUp(terminal);
    confirm();
  };
  return { question, ask, cancel, confirm, hangUp };
}
