import { Frame } from '../features/frame/Frame.tsx';
import { Settings } from '../features/settings/Settings.tsx';
import { useTitle } from '../platform/titles.ts';

/** What a person likes, and what this server is. */
export function SettingsPage() {
  useTitle('Settings · Sandglass', 'plain');
  return (
    <Frame bar={<h1 className="frame-title">Settings</h1>}>
      <Settings />
    </Frame>
  );
}
