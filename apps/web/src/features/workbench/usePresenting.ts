import type { Sandbox } from '@sandglass/protocol';
import type { DockviewApi } from 'dockview-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { addFixed, hasScreen } from './layout.ts';

export interface Presenting {
  readonly on: boolean;
  start(): void;
  stop(): void;
}

/** The screen (or the terminal, where there is none) and nothing else. Escape leaves; the layout is as before. */
export function usePresenting(api: DockviewApi | undefined, sandbox: Sandbox): Presenting {
  const [on, setOn] = useState(false);
  const current = useRef(sandbox);
  current.current = sandbox;
  const start = useCallback(() => {
    if (api === undefined) return;
    if (hasScreen(current.current) && api.getPanel('screen') === undefined) addFixed(api, 'screen');
    const panel =
      api.getPanel('screen') ?? api.panels.findLast((each) => each.id.startsWith('terminal:')) ?? api.activePanel;
    if (panel === undefined) return;
    panel.api.setActive();
    panel.api.maximize();
    setOn(true);
    // The browser may refuse; the page alone is full of it then.
    void document.documentElement.requestFullscreen?.().catch(() => undefined);
  }, [api]);
  const stop = useCallback(() => {
    api?.exitMaximizedGroup();
    setOn(false);
    if (document.fullscreenElement !== null) void document.exitFullscreen().catch(() => undefined);
  }, [api]);
  useEffect(() => {
    if (!on) return;
    document.documentElement.dataset['presenting'] = '';
    const handleKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.ctrlKey) return;
      event.preventDefault();
      event.stopPropagation();
      stop();
    };
    // Escape in full screen is the browser's own and comes as this.
    const handleScreen = () => document.fullscreenElement === null && stop();
    window.addEventListener('keydown', handleKey, true);
    document.addEventListener('fullscreenchange', handleScreen);
    return () => {
      delete document.documentElement.dataset['presenting'];
      window.removeEventListener('keydown', handleKey, true);
      document.removeEventListener('fullscreenchange', handleScreen);
    };
  }, [on, stop]);
  return { on, start, stop };
}
