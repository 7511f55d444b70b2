import { IconButton, Menu, MenuChoice, MenuItem, MenuSeparator, Tooltip } from '@sandglass/ui';
import { Link } from '@tanstack/react-router';
import { BookOpen, LayoutGrid, LogOut, MonitorPlay, Settings } from 'lucide-react';
import { useContext } from 'react';
import { preferences, usePreferences } from '../../platform/preferences.ts';
import type { ThemeChoice } from '../../platform/theme.ts';
import { SessionContext } from '../../platform/useSession.ts';
import { useLastSandbox } from './lastSandbox.ts';

const themes: readonly { value: ThemeChoice; label: string }[] = [
  { value: 'system', label: 'As the system' },
  { value: 'dark', label: 'Dark' },
  { value: 'light', label: 'Light' },
  { value: 'contrast', label: 'High contrast' },
];

export function Rail({ path }: { path: string }) {
  const last = useLastSandbox(path);
  return (
    <nav className="frame-rail" aria-label="Places">
      <Tooltip label="All sandboxes" side="right">
        <Link to="/" className="frame-place" activeOptions={{ exact: true, includeSearch: false }} aria-label="Wall">
          <LayoutGrid size={17} strokeWidth={1.75} />
        </Link>
      </Tooltip>
      {last === undefined ? null : (
        <Tooltip label={`Console: ${last.name}`} side="right">
          <Link to="/s/$sandbox" params={{ sandbox: last.id }} className="frame-place" aria-label="Console">
            <MonitorPlay size={17} strokeWidth={1.75} />
          </Link>
        </Tooltip>
      )}
      <span className="frame-gap" />
      <Tooltip label="API reference" side="right">
        <a href="/docs" target="_blank" rel="noreferrer" className="frame-place" aria-label="API reference">
          <BookOpen size={17} strokeWidth={1.75} />
        </a>
      </Tooltip>
      <SettingsMenu />
    </nav>
  );
}

function SettingsMenu() {
  const { theme } = usePreferences().appearance;
  const session = useContext(SessionContext);
  return (
    <Menu
      trigger={
        <IconButton label="Settings" className="frame-place">
          <Settings size={17} strokeWidth={1.75} />
        </IconButton>
      }
    >
      <MenuChoice
        label="Theme"
        value={theme}
        options={themes}
        onChange={(next) => preferences.change('appearance', { theme: next })}
      />
      <MenuSeparator />
      <MenuItem icon={<LogOut size={13} />} onSelect={() => void session?.close()}>
        Forget the token in this browser
      </MenuItem>
    </Menu>
  );
}
