import { Sandglass } from '@sandglass/client';
import '@sandglass/ui/fonts.css';
import '@sandglass/ui/tokens.css';
import './boot.css';
import { ConnectionModel } from './platform/connection.ts';
import { watchMissingParts } from './platform/missingPart.ts';
import { newVersion, watchVersion } from './platform/newVersion.ts';
import { serverClock } from './platform/serverClock.ts';
import { SessionModel, takeToken } from './platform/sessionModel.ts';

watchMissingParts(window);
// Asks who looks while the rest of the console is still on its way; until then the frame of index.html stands.
const token = takeToken(window.location, window.history);
// A page that is left open over night comes back by itself.
const client = new Sandglass({ url: window.location.origin, reconnectForMs: Number.POSITIVE_INFINITY });
const connection = new ConnectionModel(client.stream);
const session = new SessionModel(client, ({ nowMs }, askedMs, heardMs) => serverClock.hear(nowMs, askedMs, heardMs));
void session.start(token);
window.addEventListener('online', () => client.stream.retryNow());

// Who comes to a sandbox does not wait for its page until the console knows that. Should it fail, the router says so when it asks.
if (window.location.pathname.startsWith('/s/')) import('./routes/SandboxPage.tsx').catch(() => undefined);
// Not awaited up here: what it imports is in the file of this module, too, which would wait for itself.
void import('./routes/start.tsx').then(({ start }) => start({ client, connection }, session));

// Last: to be installable and to know of a newer build is needed by nobody who just came.
if (document.readyState === 'complete') void keepUpToDate();
else window.addEventListener('load', () => void keepUpToDate(), { once: true });

async function keepUpToDate(): Promise<void> {
  const { registerWorker } = await import('./platform/worker.ts');
  watchVersion(newVersion, window, (back) => {
    connection.subscribe(() => connection.state === 'live' && back());
  });
  await registerWorker();
}
