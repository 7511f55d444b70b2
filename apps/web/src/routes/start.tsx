import { setClockAhead } from '@sandglass/ui';
import { createRoot } from 'react-dom/client';
import { actions } from '../platform/actions.ts';
import type { Server } from '../platform/client.tsx';
import { isUnauthenticated } from '../platform/errors.ts';
import { createQueryClient } from '../platform/queries.ts';
import { serverClock } from '../platform/serverClock.ts';
import type { SessionModel } from '../platform/sessionModel.ts';
import { listenForShortcuts } from '../platform/shortcuts.ts';
import { App } from './App.tsx';
// Follows the system from the first page on, whichever page that is.
import '../platform/theme.ts';

/** Draws the console in place of the frame that index.html shows meanwhile. */
export function start(server: Server, session: SessionModel): void {
  const root = document.getElementById('root');
  if (root === null) throw new Error('index.html lost its root');
  listenForShortcuts(actions, window);
  const setClock = () => setClockAhead(serverClock.state);
  serverClock.subscribe(setClock);
  setClock();
  // A revoked token's stream is closed with that reason; a page that asks nothing else would wait for the server for ever.
  server.client.stream.onState((state) => {
    if (state.phase === 'closed' && isUnauthenticated(state.error)) session.handleUnauthenticated();
  });
  const queries = createQueryClient(() => session.handleUnauthenticated());
  createRoot(root).render(<App server={server} session={session} queries={queries} />);
}
