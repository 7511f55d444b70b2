import type { Sandbox } from '@sandglass/protocol';
import { shownName } from '../../platform/shownName.ts';
import { Section } from './Section.tsx';
import { useWindows } from './useWindows.ts';

/** The windows of the desktop, now or at the moment of the playhead; the one with the keyboard is marked. */
export function WindowsSection({ sandbox }: { sandbox: Sandbox }) {
  const shown = useWindows(sandbox.id, sandbox.capabilities.screen === 'rfb');
  if (sandbox.capabilities.screen !== 'rfb') return null;
  const windows = shown?.windows ?? [];
  return (
    <Section title="Windows" note={shown === undefined ? '' : windows.length === 0 ? 'none open' : windows.length}>
      <ul className="machine-list" aria-label="Windows">
        {windows.map(({ id, title, application }) => (
          <li key={id} title={shownName(`${title} · ${application}`)}>
            <bdi className="machine-name">{shownName(title || application || 'without a title')}</bdi>
            {id === shown?.active ? <span className="machine-ok">has the keyboard</span> : null}
          </li>
        ))}
      </ul>
    </Section>
  );
}
