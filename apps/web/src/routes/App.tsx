import { TooltipProvider } from '@sandglass/ui';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect } from 'react';
import { SignIn } from '../features/frame/SignIn.tsx';
import { type Server, ServerContext } from '../platform/client.tsx';
import { followSandboxes } from '../platform/sandboxes.ts';
import type { SessionModel } from '../platform/sessionModel.ts';
import { useStore } from '../platform/store.ts';
import { SessionContext } from '../platform/useSession.ts';
import { router } from './router.tsx';

/** The page: who looks decides what is shown. */
export function App({ server, session, queries }: { server: Server; session: SessionModel; queries: QueryClient }) {
  return (
    <ServerContext value={server}>
      <SessionContext value={session}>
        <QueryClientProvider client={queries}>
          <TooltipProvider delay={500}>
            <Gate server={server} session={session} queries={queries} />
          </TooltipProvider>
        </QueryClientProvider>
      </SessionContext>
    </ServerContext>
  );
}

function Gate({ server, session, queries }: { server: Server; session: SessionModel; queries: QueryClient }) {
  const state = useStore(session);
  const open = state.phase === 'open';
  useEffect(() => {
    if (!open) return;
    const stop = followSandboxes(server.client, queries);
    return () => {
      stop();
      queries.clear();
    };
  }, [open, server, queries]);
  if (state.phase === 'asking') return null;
  if (state.phase === 'open') return <RouterProvider router={router} />;
  return <SignIn state={state} />;
}
