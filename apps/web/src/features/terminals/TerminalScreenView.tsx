import { Button } from '@sandglass/ui';
import { ArrowDownToLine, Link2 } from 'lucide-react';
import { type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { useOnePane } from '../../platform/narrow.ts';
import { usePane } from '../../platform/pane.ts';
import { useIsPast } from '../../platform/playhead.ts';
import { shownName } from '../../platform/shownName.ts';
import { useStore } from '../../platform/store.ts';
import { TerminalLines } from './TerminalStates.tsx';
import type { TerminalModel } from './terminalModel.ts';
import { useTerminalSettings } from './terminalSettings.ts';
import type { TerminalViewModel } from './terminalViewModel.ts';
import type { XtermScreen } from './xtermScreen.ts';

interface TerminalScreenViewProps {
  readonly model: TerminalModel;
  readonly view: TerminalViewModel;
  readonly screen: XtermScreen | null;
  readonly host: RefObject<HTMLDivElement | null>;
  readonly frozen: boolean;
  /** Floats over its top. */
  readonly children: ReactNode;
}

/** Gives xterm its room, its rights and its size, and shows over it what passes: where a link leads, the way down, a bell. */
export function TerminalScreenView({ model, view, screen, host, frozen, children }: TerminalScreenViewProps) {
  const room = useRef<HTMLDivElement>(null);
  const { visible } = usePane();
  const { phase, mayInput, ...state } = useStore(model);
  // Of the past nothing is missed below the fold: it is scrolled, not shrunk until nobody can read it.
  const past = useIsPast();
  const { hovered, scrolledUp, bells } = useStore(view);
  const settings = useTerminalSettings();
  // A phone never resizes a terminal that a desk may be looking at too: it shows it as it is.
  const narrow = useOnePane();
  const sizing = state.sizing && !narrow;
  // Only a live terminal that somebody else sizes; what has ended or is away stays as it was.
  const letterbox = phase === 'live' && !sizing;

  useEffect(() => screen?.setVisible(visible), [screen, visible]);
  useEffect(
    () =>
      screen?.setRights({
        mayInput: mayInput && !frozen,
        answersPosition: state.sizing,
        answersIdentity: state.sizing && settings.identify,
      }),
    [screen, mayInput, state.sizing, frozen, settings.identify],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: another font or size of it fits another number of characters
  useEffect(() => {
    const element = room.current;
    if (screen === null || element === null || !visible) return;
    const arrange = () => {
      if (element.clientWidth === 0 || element.clientHeight === 0) return;
      if (sizing) {
        const fitting = screen.measure();
        if (fitting !== undefined) model.fit(fitting);
      } else if (letterbox)
        screen.shrinkInto(
          { widthPx: element.clientWidth - 24, heightPx: element.clientHeight - 12 },
          narrow || past ? 10 : 6,
        );
    };
    const observer = new ResizeObserver(arrange);
    observer.observe(element);
    arrange();
    return () => observer.disconnect();
  }, [screen, model, visible, sizing, letterbox, narrow, past, settings.fontPx, settings.font]);

  return (
    <div className="terminal-area">
      <div ref={room} className={letterbox ? 'terminal-room terminal-room-letterbox' : 'terminal-room'}>
        <div ref={host} className="terminal-host" />
      </div>
      {phase === 'connecting' ? (
        <div className="terminal-connecting" role="status" aria-label="Connecting to the terminal">
          <TerminalLines />
        </div>
      ) : null}
      <div className="terminal-floats">{children}</div>
      {bells > 0 ? <span key={bells} className="terminal-bell" aria-hidden="true" /> : null}
      {hovered === null ? null : (
        <p className="terminal-target">
          <Link2 size={12} aria-hidden="true" /> <bdi>{shownName(hovered)}</bdi>
        </p>
      )}
      {scrolledUp ? (
        <Button
          size="small"
          className="terminal-down"
          icon={<ArrowDownToLine size={13} />}
          onClick={() => {
            screen?.scrollToBottom();
            screen?.focus();
          }}
        >
          Newest line
        </Button>
      ) : null}
    </div>
  );
}
