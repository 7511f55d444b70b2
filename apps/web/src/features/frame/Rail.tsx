import { Tooltip } from '@sandglass/ui';
import { Link, useNavigate } from '@tanstack/react-router';
import {
  BookOpen,
  Contrast,
  Film,
  LayoutGrid,
  LogOut,
  MonitorPlay,
  Moon,
  Plug,
  Settings,
  Sun,
  SunMoon,
} from 'lucide-react';
import { type ReactNode, useContext } from 'react';
import { actions } from '../../platform/actions.ts';
import { preferences, usePreferences } from '../../platform/preferences.ts';
import { useSandboxes } from '../../platform/sandboxes.ts';
import { shownName } from '../../platform/shownName.ts';
import type { ThemeChoice } from '../../platform/theme.ts';
import { useActions } from '../../platform/useAction.ts';
import { SessionContext } from '../../platform/useSession.ts';
import { waitingOf } from '../../platform/waiting.ts';
import { useLastSandbox } from './lastSandbox.ts';
import { Notices } from './Notices.tsx';

const themes: readonly { readonly choice: ThemeChoice; readonly title: string; readonly icon: ReactNode }[] = [
  { choice: 'system', title: 'as the system', icon: <SunMoon size={14} /> },
  { choice: 'dark', title: 'dark', icon: <Moon size={14} /> },
  { choice: 'light', title: 'light', icon: <Sun size={14} /> },
  { choice: 'contrast', title: 'high contrast', icon: <Contrast size={14} /> },
];

/** The places of the console, and what belongs to none of them. */
export function Rail({ path }: { path: string }) {
  const last = useLastSandbox(path);
  const waiting = waitingOf(useSandboxes().data ?? []).size;
  usePlaceActions();
  return (
    <nav className="frame-rail" aria-label="Places">
      <Tooltip label="All sandboxes" side="right">
        <Link to="/" className="frame-place" activeOptions={{ exact: true, includeSearch: false }} aria-label="Wall">
          <LayoutGrid size={17} strokeWidth={1.75} />
          {waiting === 0 ? null : (
            <span className="frame-waiting">
              {waiting}
              <span className="frame-unseen"> {waiting === 1 ? 'waits' : 'wait'} for you</span>
            </span>
          )}
        </Link>
      </Tooltip>
      {last === undefined ? null : (
        <Tooltip label={`Console: ${shownName(last.name)}`} side="right">
          <Link to="/s/$sandbox" params={{ sandbox: last.id }} className="frame-place" aria-label="Console">
            <MonitorPlay size={17} strokeWidth={1.75} />
          </Link>
        </Tooltip>
      )}
      <Tooltip label="Runs to review" side="right">
        <Link to="/runs" className="frame-place" activeOptions={{ includeSearch: false }} aria-label="Runs">
          <Film size={17} strokeWidth={1.75} />
        </Link>
      </Tooltip>
      <span className="frame-gap" />
      <Notices />
      <Tooltip label="Connect an agent" side="right">
        <button
          type="button"
          className="frame-place"
          aria-label="Connect an agent"
          onClick={() => actions.run('agent.connect')}
        >
          <Plug size={17} strokeWidth={1.75} />
        </button>
      </Tooltip>
      <Tooltip label="API reference" side="right">
        <a href="/docs" target="_blank" rel="noreferrer" className="frame-place" aria-label="API reference">
          <BookOpen size={17} strokeWidth={1.75} />
        </a>
      </Tooltip>
      <Tooltip label="Settings" side="right">
        <Link to="/settings" className="frame-place" aria-label="Settings">
          <Settings size={17} strokeWidth={1.75} />
        </Link>
      </Tooltip>
    </nav>
  );
}

function usePlaceActions(): void {
  const navigate = useNavigate();
  const session = useContext(SessionContext);
  const { theme } = usePreferences().appearance;
  useActions([
    {
      id: 'go.wall',
      title: 'All sandboxes',
      group: 'Go to',
      icon: <LayoutGrid size={14} />,
      shortcut: 'Alt+H',
      keywords: 'wall home',
      run: () => void navigate({ to: '/' }),
    },
    {
      id: 'go.runs',
      title: 'Runs',
      group: 'Go to',
      icon: <Film size={14} />,
      shortcut: 'Alt+R',
      keywords: 'review queue verdict judge',
      run: () => void navigate({ to: '/runs' }),
    },
    {
      id: 'go.settings',
      title: 'Settings',
      group: 'Go to',
      icon: <Settings size={14} />,
      shortcut: 'Mod+,',
      keywords: 'preferences tokens server theme font',
      run: () => void navigate({ to: '/settings' }),
    },
    ...themes.map(({ choice, title, icon }) => ({
      id: `theme.${choice}`,
      title: `Theme: ${title}`,
      group: 'Theme',
      icon,
      when: choice !== theme,
      run: () => preferences.change('appearance', { theme: choice }),
    })),
    {
      id: 'session.close',
      title: 'Forget the token in this browser',
      group: 'Go to',
      icon: <LogOut size={14} />,
      keywords: 'sign out log out',
      run: () => void session?.close(),
    },
  ]);
}
