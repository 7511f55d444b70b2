import type { Sandbox } from '@sandglass/protocol';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { Connect } from '../features/connect/Connect.tsx';
import { Palette } from '../features/palette/Palette.tsx';
import { useSandboxes } from '../platform/sandboxes.ts';
import { isEnded } from '../platform/status.ts';

/** What is on every page. */
export function Root() {
  return (
    <>
      <Outlet />
      <Palette />
      <Connect sandbox={useShownSandbox()} />
    </>
  );
}

/** The living one on show. */
function useShownSandbox(): Sandbox | undefined {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const id = /^\/s\/([^/]+)/.exec(path)?.[1];
  return useSandboxes().data?.find((sandbox) => sandbox.id === id && !isEnded(sandbox));
}
