import type { SandboxId } from '@sandglass/protocol';
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { useClient } from '../../platform/client.tsx';
import { usePaneActions } from '../../platform/pane.ts';
import { useTheme } from '../../platform/theme.ts';
import { soundBell } from './bell.ts';
import { FileFinder } from './fileFinder.ts';
import { familyOf, loadTerminalFont } from './terminalFonts.ts';
import type { TerminalModel } from './terminalModel.ts';
import { readTerminalSettings, type TerminalSettings, useTerminalSettings, zoomTerminals } from './terminalSettings.ts';
import { leastContrastOf, readTerminalTheme } from './terminalTheme.ts';
import type { TerminalViewModel } from './terminalViewModel.ts';
import type { Look, XtermEvents, XtermScreen } from './xtermScreen.ts';

interface UseXtermOptions {
  readonly sandbox: SandboxId;
  readonly model: TerminalModel;
  readonly view: TerminalViewModel;
  readonly host: RefObject<HTMLElement | null>;
}

/** The xterm of a model, in `host`; null until it is loaded. It looks as the person likes, and follows when they change it. */
export function useXterm({ sandbox, model, view, host }: UseXtermOptions): XtermScreen | null {
  const [screen, setScreen] = useState<XtermScreen | null>(null);
  const settings = useTerminalSettings();
  const theme = useTheme();
  const events = useEvents(sandbox, model, view);

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    let stop: (() => void) | null = null;
    let left = false;
    void import('./xtermScreen.ts').then(async ({ XtermScreen }) => {
      await loadTerminalFont(readTerminalSettings().font);
      if (left) return;
      const made = new XtermScreen(element, lookOf(readTerminalSettings()), events);
      const hide = model.show(made);
      setScreen(made);
      stop = () => {
        hide();
        made.dispose();
        setScreen(null);
      };
    });
    return () => {
      left = true;
      stop?.();
    };
  }, [model, events, host]);

  useEffect(() => {
    // The token values change with the attribute on the root, which is set before this runs.
    if (theme === undefined || screen === null) return;
    let left = false;
    void loadTerminalFont(settings.font).then(() => {
      if (!left) screen.setLook(lookOf(settings));
    });
    return () => {
      left = true;
    };
  }, [screen, theme, settings]);
  return screen;
}

const lookOf = (settings: TerminalSettings): Look => ({
  theme: readTerminalTheme(settings.colors),
  leastContrast: leastContrastOf(settings.colors),
  fontPx: settings.fontPx,
  fontFamily: familyOf(settings.font),
  screenReader: settings.screenReader,
});

/** What xterm tells: to the model what belongs to the terminal, to the view what belongs to who looks. */
function useEvents(sandbox: SandboxId, model: TerminalModel, view: TerminalViewModel): XtermEvents {
  const client = useClient();
  const actions = useRef(usePaneActions());
  actions.current = usePaneActions();
  return useMemo(() => {
    const finder = new FileFinder({
      findFile: async (path) => {
        const entry = await client.request('stat', { params: { sandbox }, query: { path, terminal: model.id } });
        return entry.kind === 'file' || entry.targetKind === 'file' ? entry.path : undefined;
      },
      nowMs: () => performance.now(),
    });
    return {
      onText: (text) => model.type(text),
      onTitle: (title) => {
        model.setTitle(title);
        finder.handleTitle(title);
      },
      onDirectory: (report) => finder.handleDirectory(report),
      onClipboard: (write) => view.offerClipboard(write),
      onBell: () => {
        const { bell } = readTerminalSettings();
        if (bell !== 'none' && view.ring() && bell === 'sound') soundBell();
      },
      onFound: (result) => view.handleFound(result),
      onScrolledUp: (scrolledUp) => view.scrolled(scrolledUp),
      onLink: (url) => view.ask({ kind: 'link', url }),
      onFile: (path, line) => actions.current.openFile(path, line),
      onHover: (target) => view.hover(target),
      findFile: (path) => finder.find(path),
      onPaste: (report) => view.ask({ kind: 'paste', report }),
      onFind: () => view.openFind(),
      onZoom: (stepPx) => zoomTerminals(stepPx),
      copiesOnSelect: () => readTerminalSettings().copyOnSelect,
    };
  }, [client, sandbox, model, view]);
}
