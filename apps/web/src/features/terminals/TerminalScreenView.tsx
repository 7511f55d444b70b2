import { useEffect, useRef, useState } from 'react';
import { useNarrow } from '../../platform/narrow.ts';
import { usePane } from '../../platform/pane.ts';
import { useStore } from '../../platform/store.ts';
import { useTheme } from '../../platform/theme.ts';
import { LinkQuestion } from './LinkQuestion.tsx';
import type { TerminalModel } from './terminalModel.ts';
import { readTerminalTheme } from './terminalTheme.ts';
import type { XtermScreen } from './xtermScreen.ts';

/** Holds the xterm of a model. xterm itself is loaded when this is first shown. */
export function TerminalScreenView({ model, frozen }: { model: TerminalModel; frozen: boolean }) {
  const room = useRef<HTMLDivElement>(null);
  const host = useRef<HTMLDivElement>(null);
  const [screen, setScreen] = useState<XtermScreen | null>(null);
  const [link, setLink] = useState<URL | null>(null);
  const { visible } = usePane();
  const theme = useTheme();
  const { phase, mayInput, ...state } = useStore(model);
  // A phone never resizes a terminal that a desk may be looking at too: it shows it as it is.
  const narrow = useNarrow();
  const sizing = state.sizing && !narrow;
  // Only a live terminal that somebody else sizes; what has ended or is away stays as it was.
  const letterbox = phase === 'live' && !sizing;

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    let stop: (() => void) | null = null;
    let left = false;
    void import('./xtermScreen.ts').then(async ({ XtermScreen, loadTerminalFont }) => {
      await loadTerminalFont();
      if (left) return;
      const made = new XtermScreen({
        element,
        theme: readTerminalTheme(),
        onText: (text) => model.type(text),
        onTitle: (title) => model.setTitle(title),
        onLink: setLink,
      });
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
  }, [model]);

  useEffect(() => screen?.setVisible(visible), [screen, visible]);
  useEffect(
    () => screen?.setRights({ mayInput: mayInput && !frozen, answers: state.sizing }),
    [screen, mayInput, state.sizing, frozen],
  );
  useEffect(() => {
    // The token values change with the attribute on the root, which is set before this runs.
    if (theme !== undefined) screen?.setTheme(readTerminalTheme());
  }, [screen, theme]);

  useEffect(() => {
    const element = room.current;
    if (screen === null || element === null || !visible) return;
    const arrange = () => {
      if (element.clientWidth === 0 || element.clientHeight === 0) return;
      if (sizing) {
        const fitting = screen.measure();
        if (fitting !== undefined) model.fit(fitting);
      } else if (letterbox)
        screen.shrinkInto({ widthPx: element.clientWidth - 24, heightPx: element.clientHeight - 12 }, narrow ? 9 : 6);
    };
    const observer = new ResizeObserver(arrange);
    observer.observe(element);
    arrange();
    return () => observer.disconnect();
  }, [screen, model, visible, sizing, letterbox, narrow]);

  return (
    <div ref={room} className={letterbox ? 'terminal-room terminal-room-letterbox' : 'terminal-room'}>
      <div ref={host} className="terminal-host" />
      <LinkQuestion url={link} onClose={() => setLink(null)} />
    </div>
  );
}
