import type { Terminal } from '@sandglass/protocol';
import type { DockviewApi } from 'dockview-react';
import { useCallback, useState } from 'react';
import type { CloseQuestion } from './CloseDialog.tsx';
import { unsavedPanes } from './unsaved.ts';

/** Enough for a slip of the hand or two. */
const REMEMBERED = 10;

interface ClosedPane {
  readonly id: string;
  readonly title: string | undefined;
  readonly params: Record<string, unknown> | undefined;
  /** Another tab of its group, to stand beside again. */
  readonly peer: string | undefined;
}

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
  const [closed, setClosed] = useState<readonly ClosedPane[]>([]);
  const close = useCallback(
    (pane: string) => {
      const panel = api?.getPanel(pane);
      if (panel === undefined) return;
      const { params, title } = panel;
      const peer = panel.group.panels.find((each) => each.id !== pane)?.id;
      setClosed((before) => [...before.slice(-REMEMBERED + 1), { id: pane, title, params, peer }]);
      panel.api.close();
    },
    [api],
  );
  const last = closed.at(-1);
  const reopen = () => {
    setClosed((before) => before.slice(0, -1));
    if (api === undefined || last === undefined || api.getPanel(last.id) !== undefined) return;
    const { id, title, params, peer } = last;
    const beside = peer === undefined ? undefined : api.getPanel(peer);
    api.addPanel({
      id,
      component: 'pane',
      ...(title === undefined ? {} : { title }),
      ...(params === undefined ? {} : { params }),
      ...(beside === undefined ? {} : { position: { referencePanel: beside.id } }),
    });
  };
  const ask = useCallback(
    (pane: string) => {
      const panel = api?.getPanel(pane);
      if (panel === undefined) return;
      const name = panel.title ?? pane;
      const terminal = terminals.find((each) => pane === `terminal:${each.id}`);
      if (unsavedPanes.state.has(pane)) setQuestion({ kind: 'unsaved', pane, name });
      else if (mayOperate && terminal !== undefined && terminal.exit === null && terminal.owner === 'person')
        setQuestion({ kind: 'terminal', pane, name });
      else close(pane);
    },
    [api, terminals, mayOperate, close],
  );
  const cancel = () => setQuestion({ kind: 'none' });
  const confirm = () => {
    if (question.kind !== 'none') close(question.pane);
    cancel();
  };
  const hangUp = () => {
    if (question.kind === 'none') return;
    const terminal = terminals.find((each) => question.pane === `terminal:${each.id}`);
    if (terminal !== undefined) onHangUp(terminal);
    confirm();
  };
  return { question, ask, cancel, confirm, hangUp, reopen, canReopen: closed.length > 0 };
}
