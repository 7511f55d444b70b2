import { Sandglass } from '@sandglass/client';
import '@sandglass/ui/fonts.css';
import '@sandglass/ui/tokens.css';
import { createRoot } from 'react-dom/client';
import { ConnectionModel } from './platform/connection.ts';
import { createQueryClient } from './platform/queries.ts';
import { SessionModel, takeToken } from './platform/session.tsx';
import { App } from './routes/App.tsx';

const token = takeToken(window.location, window.history);
// A page that is left open over night comes back by itself.
const client = new Sandglass({ url: window.location.origin, reconnectForMs: Number.POSITIVE_INFINITY });
const connection = new ConnectionModel(client.stream);
const session = new SessionModel(client);
const queries = createQueryClient(() => session.handleUnauthenticated());
void session.start(token);

const root = document.getElementById('root');
if (root === null) throw new Error('index.html lost its root');
createRoot(root).render(<App server={{ client, connection }} session={session} queries={queries} />);
