import { toast } from '@sandglass/ui';
import { type DockviewApi, DockviewReact, type DockviewReadyEvent, type DockviewTheme } from 'dockview-react';
import 'dockview-react/dist/styles/dockview.css';
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { PaneActionsContext } from '../../platform/pane.ts';
import { useTheme } from '../../platform/theme.ts';
import { useMayOperate } from '../../platform/useSession.ts';
import { CloseDialog } from './CloseDialog.tsx';
import { CloseContext } from './closing.ts';
import { GroupActions } from './GroupActions.tsx';
import { addEditor } from './layout.ts';
import { PaneHost } from './PaneHost.tsx';
import { PaneTab } from './PaneTab.tsx';
import { PresentCaption } from './PresentCaption.tsx';
import { POPOUT_URL, usePopouts } from './popouts.ts';
import { shownOf } from './shown.ts';
import { useDock } from './useDock.ts';
import { useDockActions } from './useDockActions.tsx';
import { usePresenting } from './usePresenting.ts';
import type { WorkbenchProps } from './Workbench.tsx';
import './workbench.css';
import './present.css';

const components = { pane: PaneHost };
const popoutRefused = () =>
  toast.fail('No window was opened', 'The browser holds back pop-ups of this page. Allow them; the pane stays here.');

/** Terminals and editors take every key, Tab too. Control Alt Escape gives the keyboard back, to the tab of what had it. */
function leaveOwnKeys(event: KeyboardEvent): void {
  if (event.key !== 'Escape' || !event.ctrlKey || !event.altKey || !('closest' in event.target)) return;
  const from = event.target as Element;
  if (from.closest('.xterm, .monaco-editor') === null) return;
  event.preventDefault();
  event.stopPropagation();
  from.closest('.dv-groupview')?.querySelector<HTMLElement>('.dv-tab.dv-active-tab')?.focus();
}

/** The dockable panes of one sandbox. */
export default function DockBench({ sandbox, first, purpose, onBench }: WorkbenchProps) {
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
  const dock = useDock({ api, sandbox, mayOperate, root, purpose, asked: first.pane });
  const { actions, closing, show } = dock;
  const presenting = usePresenting(api, sandbox);
  usePopouts(api, sandbox.name, popoutRefused);
  useDockActions({ api, sandbox, dock, presenting, root });
  useEffect(() => {
    if (api === undefined) return;
    onBench({ show, shown: () => shownOf(api.activePanel?.id) });
    return () => onBench(null);
  }, [api, onBench, show]);
  // The address says what to show, at first and when it changes; in between the person moves on from there.
  const openTerminal = actions.openTerminal;
  const showFirst = useCallback(
    (dockApi: DockviewApi) => {
      if (first.file !== undefined) addEditor(dockApi, sandbox.id, first.file, first.line);
      if (first.terminal !== undefined) openTerminal(first.terminal as never, 'Terminal');
      if (first.pane !== undefined) show(first.pane);
    },
    [first.file, first.line, first.terminal, first.pane, sandbox.id, openTerminal, show],
  );
  useEffect(() => {
    if (api !== undefined) showFirst(api);
  }, [api, showFirst]);
  const handleReady = (event: DockviewReadyEvent) => {
    dock.prepare(event.api);
    setApi(event.api);
  };
  return (
    <PaneActionsContext value={actions}>
      <CloseContext value={closing.ask}>
        <div ref={root} onKeyDownCapture={leaveOwnKeys} className={`bench bench-${dock.shape}`}>
          <DockviewReact
            components={components}
            defaultTabComponent={PaneTab}
            rightHeaderActionsComponent={GroupActions}
            onReady={handleReady}
            theme={theme}
            popoutUrl={POPOUT_URL}
            disableFloatingGroups
            noPanelsOverlay="emptyGroup"
            scrollbars="native"
          />
          {presenting.on ? <PresentCaption sandbox={sandbox} /> : null}
        </div>
        <CloseDialog
          question={closing.question}
          onClose={closing.confirm}
          onHangUp={closing.hangUp}
          onKeep={closing.cancel}
        />
      </CloseContext>
    </PaneActionsContext>
  );
}
