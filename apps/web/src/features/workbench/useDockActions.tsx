import type { Sandbox } from '@sandglass/protocol';
import type { DockviewApi } from 'dockview-react';
import {
  AppWindow,
  Bug,
  LayoutPanelLeft,
  Maximize2,
  MonitorPlay,
  PanelTop,
  RotateCcw,
  SearchCheck,
  SquareTerminal,
  Undo2,
  X,
} from 'lucide-react';
import type { RefObject } from 'react';
import type { Action } from '../../platform/actions.ts';
import { shownName } from '../../platform/shownName.ts';
import { useActions } from '../../platform/useAction.ts';
import { mayOnlyWatch } from '../../platform/useSession.ts';
import { focusGroup } from './groupStops.ts';
import { possiblePanes, titles } from './layout.ts';
import type { useDock } from './useDock.ts';
import type { Presenting } from './usePresenting.ts';

/** Alt and a digit, as far as there are digits. */
function shortcutOf(kind: string, at: number): Pick<Action, 'shortcut'> {
  const byNumber = at < 9 ? [`Alt+${at + 1}`] : at === 9 ? ['Alt+0'] : [];
  const keys = kind === 'find' ? ['Mod+Shift+F', ...byNumber] : byNumber;
  return keys[0] === undefined ? {} : { shortcut: keys.length === 1 ? keys[0] : keys };
}

interface DockParts {
  readonly api: DockviewApi | undefined;
  readonly sandbox: Sandbox;
  readonly dock: ReturnType<typeof useDock>;
  readonly presenting: Presenting;
  readonly root: RefObject<HTMLElement | null>;
}

/** Everything that can be done with the panes. */
export function useDockActions({ api, sandbox, dock, presenting, root }: DockParts): void {
  const terminals = (dock.terminals ?? []).filter((terminal) => terminal.exit === null);
  const paneActions = possiblePanes(sandbox).map(
    (kind, at): Action => ({
      id: `panes.show:${kind}`,
      title: `Show ${titles[kind]}`,
      group: 'Panes',
      icon: <PanelTop size={14} />,
      ...shortcutOf(kind, at),
      keywords: 'open pane',
      run: () => dock.show(kind),
    }),
  );
  const terminalActions = terminals.map(
    (terminal): Action => ({
      id: `panes.show:terminal:${terminal.id}`,
      title: `Show terminal ${shownName(terminal.name)}`,
      group: 'Panes',
      icon: <SquareTerminal size={14} />,
      run: () => dock.actions.openTerminal(terminal.id, terminal.name),
    }),
  );
  const active = () => api?.activePanel;
  useActions([
    ...paneActions,
    ...terminalActions,
    {
      id: 'terminal.open',
      title: 'New terminal',
      group: 'Terminal',
      icon: <SquareTerminal size={14} />,
      shortcut: 'Alt+T',
      keywords: 'shell bash console',
      blocked: dock.actions.newTerminal === undefined ? mayOnlyWatch : undefined,
      run: () => dock.actions.newTerminal?.(),
    },
    {
      id: 'panes.next',
      title: 'Go to the next group of panes',
      group: 'Panes',
      icon: <LayoutPanelLeft size={14} />,
      shortcut: 'F6',
      run: () => focusGroup(root.current, 1),
    },
    {
      id: 'panes.previous',
      title: 'Go to the group of panes before',
      group: 'Panes',
      icon: <LayoutPanelLeft size={14} />,
      shortcut: 'Shift+F6',
      run: () => focusGroup(root.current, -1),
    },
    {
      id: 'panes.maximize',
      title: 'Maximize the pane, or back to the layout',
      group: 'Panes',
      icon: <Maximize2 size={14} />,
      shortcut: 'Alt+M',
      run: () => {
        const panel = active();
        if (api?.hasMaximizedGroup() === true) api.exitMaximizedGroup();
        else panel?.api.maximize();
      },
    },
    {
      id: 'panes.popOut',
      title: 'Pop the pane out to a window',
      group: 'Panes',
      icon: <AppWindow size={14} />,
      keywords: 'detach second monitor',
      run: () => {
        const panel = active();
        if (panel !== undefined) void api?.addPopoutGroup(panel);
      },
    },
    {
      id: 'panes.close',
      title: 'Close the pane',
      group: 'Panes',
      icon: <X size={14} />,
      shortcut: 'Alt+W',
      run: () => {
        const panel = active();
        if (panel !== undefined) dock.closing.ask(panel.id);
      },
    },
    {
      id: 'panes.reopen',
      title: 'Open the pane closed last',
      group: 'Panes',
      icon: <Undo2 size={14} />,
      shortcut: 'Alt+Shift+W',
      when: dock.closing.canReopen,
      run: dock.closing.reopen,
    },
    {
      id: 'layout.debug',
      title: 'Layout: Debug',
      group: 'Layout',
      hint: 'Everything at hand',
      icon: <Bug size={14} />,
      keywords: 'preset arrange',
      run: () => dock.arrange('debug'),
    },
    {
      id: 'layout.review',
      title: 'Layout: Review',
      group: 'Layout',
      hint: 'What happened beside what it looked like',
      icon: <SearchCheck size={14} />,
      keywords: 'preset arrange',
      run: () => dock.arrange('review'),
    },
    {
      id: 'layout.present',
      title: 'Layout: Present',
      group: 'Layout',
      hint: 'The screen alone with a caption; Esc leaves',
      icon: <MonitorPlay size={14} />,
      shortcut: 'Shift+F5',
      keywords: 'preset full screen demo',
      run: presenting.start,
    },
    {
      id: 'layout.reset',
      title: 'Reset layout',
      group: 'Layout',
      icon: <RotateCcw size={14} />,
      run: () => dock.arrange('debug'),
    },
    {
      id: 'layout.undo',
      title: 'Back to the layout before',
      group: 'Layout',
      icon: <Undo2 size={14} />,
      when: dock.undoArrange !== undefined,
      run: () => dock.undoArrange?.(),
    },
  ]);
}
