import type { Sandbox, TerminalId } from '@sandglass/protocol';
import type { AddPanelPositionOptions, DockviewApi } from 'dockview-react';
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { PaneActions } from '../../platform/pane.ts';
import { useIsSharedPast } from '../../platform/playhead.ts';
import { reveal } from '../../platform/reveal.ts';
import {
  addDiff,
  addEditor,
  addFixed,
  addTerminal,
  buildLayout,
  type FixedPane,
  fixedPanes,
  forgetLayout,
  type Preset,
  reshapeLayout,
  restoreLayout,
  type Shape,
  saveLayout,
  shapeOf,
} from './layout.ts';
import { dockPoppedOut } from './popouts.ts';
import { isOfSharedPast, useTerminalActions, useTerminals } from './terminals.ts';
import { useClosing } from './useClosing.ts';

const isFixed = (pane: string): pane is FixedPane => (fixedPanes as readonly string[]).includes(pane);
/** A drag of a divider fires for every pixel; the layout is kept when it rests. */
const SAVE_AFTER_MS = 400;

/** What is about files opens where they are. */
const besideFiles = (api: DockviewApi, pane: FixedPane): { position?: { referencePanel: string } } =>
  (pane === 'changes' || pane === 'find') && api.getPanel('files') !== undefined
    ? { position: { referencePanel: 'files' } }
    : {};

/** The dock's life: laid out once, kept as it changes, terminals coming and going in it. */
export function useDock({
  api,
  sandbox,
  mayOperate,
  root,
  purpose,
  asked,
}: {
  api: DockviewApi | undefined;
  sandbox: Sandbox;
  mayOperate: boolean;
  /** The arrangement to begin with, kept apart from that of other purposes. */
  purpose: Preset;
  root: RefObject<HTMLElement | null>;
  /** The pane that the address names. */
  asked: string | undefined;
}) {
  const [shown, setShown] = useState<Shape>(() => shapeOf(window.innerWidth));
  const shape = useRef(shown);
  const fresh = useRef(false);
  const current = useRef(sandbox);
  current.current = sandbox;
  const canAct = mayOperate && sandbox.phase === 'running';
  const terminals = useTerminals(sandbox.id, sandbox.phase !== 'creating');
  const { open, hangUp } = useTerminalActions(sandbox.id);

  const prepare = useCallback(
    (dock: DockviewApi) => {
      const { clientWidth, clientHeight } = root.current ?? document.body;
      // Before its first measure the dock takes itself for tiny, and the panes' widths for shares of that.
      dock.layout(clientWidth, clientHeight);
      shape.current = shapeOf(window.innerWidth);
      setShown(shape.current);
      fresh.current = !restoreLayout(dock, shape.current, current.current, purpose);
      if (fresh.current) buildLayout(dock, shape.current, current.current, purpose);
    },
    [root, purpose],
  );

  // Kept per person, a moment after the last change, or when the page is left before that.
  useEffect(() => {
    if (api === undefined) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const forget = () => {
      clearTimeout(timer);
      timer = undefined;
    };
    const save = () => {
      // A dock that is being taken down has no panes: that is nobody's layout.
      if (timer !== undefined && api.panels.length > 0) saveLayout(api, shape.current, current.current, purpose);
      forget();
    };
    const watch = api.onDidLayoutChange(() => {
      clearTimeout(timer);
      timer = setTimeout(save, SAVE_AFTER_MS);
    });
    const handleResize = () => {
      const next = shapeOf(window.innerWidth);
      if (next === shape.current) return;
      // What the narrowing window did to the panes is nobody's wish.
      forget();
      shape.current = next;
      setShown(next);
      const { clientWidth, clientHeight } = root.current ?? document.body;
      api.layout(clientWidth, clientHeight);
      reshapeLayout(api, next, current.current, purpose);
    };
    window.addEventListener('resize', handleResize);
    window.addEventListener('pagehide', save);
    return () => {
      save();
      watch.dispose();
      window.removeEventListener('resize', handleResize);
      window.removeEventListener('pagehide', save);
    };
  }, [api, root, purpose]);

  /** What the address asked for stays in view when the terminals come, a moment after it. */
  const uncover = useCallback(() => {
    if (asked !== undefined) api?.getPanel(asked)?.api.setActive();
  }, [api, asked]);

  // A terminal that is new since we looked gets a tab, whoever opened it. One that the person hid stays hidden.
  const seen = useRef<Set<string> | null>(null);
  const mine = useRef<string | null>(null);
  const list = terminals.data;
  useEffect(() => {
    if (api === undefined || list === undefined) return;
    const first = seen.current === null;
    const known = seen.current ?? new Set<string>();
    seen.current = known;
    for (const terminal of list) {
      if (known.has(terminal.id)) continue;
      known.add(terminal.id);
      if (terminal.exit !== null || api.getPanel(`terminal:${terminal.id}`) !== undefined) continue;
      addTerminal(api, current.current.id, terminal, {
        inactive: !first && mine.current !== terminal.id,
      });
    }
    if (first) uncover();
    for (const panel of [...api.panels]) {
      if (panel.id.startsWith('terminal:') && !list.some((terminal) => panel.id === `terminal:${terminal.id}`))
        panel.api.close();
    }
  }, [api, list, uncover]);

  // What a fork did not take along has its tabs while that past is shown, and no longer.
  const sharedPast = useIsSharedPast(sandbox);
  useEffect(() => {
    if (api === undefined || list === undefined) return;
    for (const terminal of list) {
      if (!isOfSharedPast(terminal, current.current)) continue;
      const panel = api.getPanel(`terminal:${terminal.id}`);
      if (!sharedPast) panel?.api.close();
      else if (panel === undefined) addTerminal(api, current.current.id, terminal);
    }
  }, [api, list, sharedPast]);

  const openShell = useCallback(
    (position?: AddPanelPositionOptions | 'greeting') => {
      open.mutate(undefined, {
        onSuccess: (terminal) => {
          mine.current = terminal.id;
          const panel = api?.getPanel(`terminal:${terminal.id}`);
          if (api !== undefined && panel === undefined) {
            seen.current?.add(terminal.id);
            addTerminal(api, current.current.id, terminal, typeof position === 'object' ? { position } : {});
          } else if (typeof position === 'object' && 'referencePanel' in position) {
            // The log was faster and gave it a tab among the others.
            const group = api?.getPanel(String(position.referencePanel))?.group;
            if (group !== undefined)
              panel?.api.moveTo({ group, position: position.direction === 'below' ? 'bottom' : 'right' });
          }
          api?.getPanel(`terminal:${terminal.id}`)?.api.setActive();
          if (position === 'greeting') uncover();
        },
      });
    },
    [api, open.mutate, uncover],
  );
  const newTerminal = useCallback(() => openShell(), [openShell]);

  // The first look at a sandbox shows a shell.
  const greeted = useRef(false);
  useEffect(() => {
    // Who reviews changes nothing.
    if (purpose === 'review' || greeted.current || api === undefined || list === undefined || !canAct) return;
    greeted.current = true;
    if (
      list.every((terminal) => terminal.exit !== null) &&
      (fresh.current || api.panels.every((panel) => !panel.id.startsWith('terminal:')))
    )
      openShell('greeting');
  }, [api, list, canAct, openShell, purpose]);

  const openTerminal = useCallback(
    (terminal: TerminalId, name: string) => {
      if (api === undefined) return;
      if (api.getPanel(`terminal:${terminal}`) === undefined)
        addTerminal(api, current.current.id, { id: terminal, name });
      else api.getPanel(`terminal:${terminal}`)?.api.setActive();
    },
    [api],
  );

  const show = useCallback(
    (pane: string) => {
      if (api === undefined) return;
      const panel = api.getPanel(pane) ?? api.panels.find((each) => each.id.startsWith(`${pane}:`));
      if (panel !== undefined) panel.api.setActive();
      else if (isFixed(pane)) addFixed(api, pane, besideFiles(api, pane));
    },
    [api],
  );

  /** One step back from a preset: the layout that the person had. */
  const [before, setBefore] = useState<(() => void) | null>(null);
  const undoArrange =
    before === null
      ? undefined
      : () => {
          before();
          setBefore(null);
        };

  const arrange = useCallback(
    (preset: Preset) => {
      if (api === undefined) return;
      const editors = api.panels
        .filter((panel) => panel.id.startsWith('editor:'))
        .map((panel) => panel.id.slice('editor:'.length));
      const open = api.toJSON();
      setBefore(() => () => api.fromJSON(dockPoppedOut(open)));
      api.clear();
      forgetLayout(shape.current, current.current, purpose);
      buildLayout(api, shape.current, current.current, preset);
      for (const path of editors) addEditor(api, current.current.id, path, undefined);
      for (const terminal of list ?? []) if (terminal.exit === null) addTerminal(api, current.current.id, terminal);
    },
    [api, list, purpose],
  );

  const actions = useMemo<PaneActions>(
    () => ({
      openFile: (path, line) => {
        if (api !== undefined) addEditor(api, current.current.id, path, line);
      },
      revealFile: (path) => {
        show('files');
        reveal(current.current.id, path);
      },
      openDiff: (params) => {
        if (api !== undefined) addDiff(api, current.current.id, params);
      },
      openTerminal,
      newTerminal: mayOperate ? newTerminal : undefined,
      splitTerminal: mayOperate ? (pane, direction) => openShell({ referencePanel: pane, direction }) : undefined,
    }),
    [api, show, openTerminal, newTerminal, openShell, mayOperate],
  );
  const closing = useClosing({
    api,
    terminals: list ?? [],
    mayOperate,
    onHangUp: (terminal) => hangUp.mutate(terminal),
  });
  return { prepare, arrange, undoArrange, show, actions, closing, terminals: list, shape: shown };
}
