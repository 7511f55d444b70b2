import type { Sandbox } from '@sandglass/protocol';
import { type DockviewApi, DockviewReact, type DockviewReadyEvent, type DockviewTheme } from 'dockview-react';
import 'dockview-react/dist/styles/dockview.css';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { type PaneActions, PaneActionsContext } from '../../platform/pane.ts';
import { useTheme } from '../../platform/theme.ts';
import { useAction } from '../../platform/useAction.ts';
import { useMayOperate } from '../../platform/useSession.ts';
import { CloseDialog } from './CloseDialog.tsx';
import { CloseContext } from './closing.ts';
import { GroupActions } from './GroupActions.tsx';
import { addEditor } from './layout.ts';
import { PaneHost, WorkbenchSandbox } from './PaneHost.tsx';
import { PaneTab } from './PaneTab.tsx';
import { useDock } from './useDock.ts';
import './workbench.css';
import './narrow.css';

export interface WorkbenchProps {
  readonly sandbox: Sandbox;
  /** From the address: what to show first. */
  readonly first: {
    readonly pane: string | undefined;
    readonly file: string | undefined;
    readonly line: number | undefined;
  };
  /** Hands out the dock for the menus of the top bar; null when it is gone. */
  readonly onDock: (dock: Dock | null) => void;
}

/** What the rest of the page may do with the dock. */
export interface Dock {
  readonly api: DockviewApi;
  reset(): void;
  show(pane: string): void;
  openTerminal: PaneActions['openTerminal'];
}

const components = { pane: PaneHost };

/** Terminals and editors take every key, Tab too. Control Alt Escape gives the keyboard back, to the tab of what had it. */
function leaveOwnKeys(event: KeyboardEvent): void {
  if (event.key !== 'Escape' || !event.ctrlKey || !event.altKey || !(event.target instanceof Element)) return;
  if (event.target.closest('.xterm, .monaco-editor') === null) return;
  event.preventDefault();
  event.stopPropagation();
  event.target.closest('.dv-groupview')?.querySelector<HTMLElement>('.dv-tab.dv-active-tab')?.focus();
}

/** F6 goes around the groups of panes, as in a desktop's windows: each time to the tab that is shown. */
function focusNextGroup(root: HTMLElement | null): void {
  const tabs = [...(root?.querySelectorAll<HTMLElement>('.dv-groupview .dv-tab.dv-active-tab') ?? [])];
  const at = tabs.findIndex((tab) => tab.closest('.dv-groupview')?.contains(document.activeElement));
  tabs[(at + 1) % tabs.length]?.focus();
}

/** The dockable panes of one sandbox. */
export function Workbench({ sandbox, first, onDock }: WorkbenchProps) {
  const root = useRef<HTMLDivElement>(null);
  const [api, setApi] = useState<DockviewApi>();
  const colors = useTheme();
  const theme = useMemo<DockviewTheme>(
    () => ({
      name: 'sandglass',
      className: 'bench-dock',
      colorScheme: colors === 'light' ? 'light' : 'dark',
      dndTabIndicator: 'line',
    }),
    [colors],
  );
  const mayOperate = useMayOperate(sandbox);
  const dock = useDock({ api, sandbox, mayOperate, root });
  const { actions, closing } = dock;
  useEffect(() => {
    if (api === undefined) return;
    onDock({ api, reset: dock.reset, show: dock.show, openTerminal: actions.openTerminal });
    return () => onDock(null);
  }, [api, onDock, dock.reset, dock.show, actions]);
  // The address says what to show first; once, since the person moves on from there.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when the dock is there
  useEffect(() => {
    if (api === undefined) return;
    if (first.file !== undefined) addEditor(api, sandbox.id, first.file, first.line);
    if (first.pane !== undefined) dock.show(first.pane);
  }, [api]);
  useAction({
    id: 'panes.next',
    title: 'Go to the next group of panes',
    group: 'Panes',
    shortcut: 'F6',
    run: () => focusNextGroup(root.current),
  });
  const handleReady = (event: DockviewReadyEvent) => {
    dock.prepare(event.api);
    setApi(event.api);
  };
  return (
    <WorkbenchSandbox value={sandbox.id}>
      <PaneActionsContext value={actions}>
        <CloseContext value={closing.ask}>
          <div ref={root} onKeyDownCapture={leaveOwnKeys} className={`bench bench-${dock.shape}`}>
            <DockviewReact
              components={components}
              defaultTabComponent={PaneTab}
              rightHeaderActionsComponent={GroupActions}
              onReady={handleReady}
              theme={theme}
              disableFloatingGroups
              disableDnd={dock.shape === 'narrow'}
              noPanelsOverlay="emptyGroup"
              scrollbars="native"
            />
          </div>
          <CloseDialog
            question={closing.question}
            onClose={closing.confirm}
            onHangUp={closing.hangUp}
            onKeep={closing.cancel}
          />
        </CloseContext>
      </PaneActionsContext>
    </WorkbenchSandbox>
  );
}
