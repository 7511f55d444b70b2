import { useSession } from '../../platform/useSession.ts';
import { AppearancePart } from './AppearancePart.tsx';
import { EditorPart } from './EditorPart.tsx';
import { KeysPart } from './KeysPart.tsx';
import { ServerPart } from './ServerPart.tsx';
import './settings.css';
import { TerminalPart } from './TerminalPart.tsx';
import { TokensPart } from './TokensPart.tsx';
import { WebhooksPart } from './WebhooksPart.tsx';

const parts = [
  { id: 'appearance', title: 'Appearance' },
  { id: 'editor', title: 'Editor' },
  { id: 'terminal', title: 'Terminal' },
  { id: 'keys', title: 'Keys' },
  { id: 'server', title: 'This server' },
  { id: 'tokens', title: 'Tokens' },
  { id: 'webhooks', title: 'Webhooks' },
] as const;

/** One page, with its parts by name at the side. The first ones are of this browser, the last ones of the server. */
export function Settings() {
  const session = useSession();
  if (session.phase !== 'open') return null;
  return (
    <div className="settings">
      <nav className="settings-nav" aria-label="Parts of the settings">
        {parts.map(({ id, title }) => (
          <a key={id} href={`#${id}`}>
            {title}
          </a>
        ))}
      </nav>
      <div className="settings-body">
        <AppearancePart />
        <EditorPart />
        <TerminalPart />
        <KeysPart />
        <ServerPart />
        <TokensPart token={session.session.token} />
        <WebhooksPart token={session.session.token} />
      </div>
    </div>
  );
}
