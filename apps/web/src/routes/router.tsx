import { SandboxId } from '@sandglass/protocol';
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router';
import { z } from 'zod';
import { WallLook } from '../features/sandboxes/savedViews.ts';
import { Failed } from '../platform/Failed.tsx';
import { NoSuchPage } from './NoSuchPage.tsx';
import { WallPage } from './WallPage.tsx';

const root = createRootRoute({
  component: Outlet,
  notFoundComponent: NoSuchPage,
  errorComponent: ({ error, reset }) => <Failed error={error} onRetry={reset} />,
});

const wall = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: WallPage,
  // What cannot be read of an address is left out, field by field.
  validateSearch: z.object({
    show: WallLook.shape.show.catch(undefined),
    find: WallLook.shape.find.catch(undefined),
    labels: WallLook.shape.labels.catch(undefined),
    sort: WallLook.shape.sort.catch(undefined),
    view: WallLook.shape.view.catch(undefined),
  }),
});

const sandbox = createRoute({
  getParentRoute: () => root,
  path: '/s/$sandbox',
  params: {
    parse: (params) => ({ sandbox: SandboxId.parse(params.sandbox) }),
    stringify: (params) => ({ sandbox: params.sandbox }),
  },
  component: lazyRouteComponent(() => import('./SandboxPage.tsx'), 'SandboxPage'),
  errorComponent: NoSuchPage,
  validateSearch: z.object({
    /** Pane to show first, such as `activity`. */
    pane: z.string().max(40).optional().catch(undefined),
    /** File to open, and the line in it. */
    file: z.string().max(4096).optional().catch(undefined),
    line: z.number().int().positive().optional().catch(undefined),
    /** Event of the log to show in the activity. */
    event: z.number().int().positive().optional().catch(undefined),
    /** A stretch of the timeline, microseconds of the sandbox's clock. */
    from: z.number().int().nonnegative().optional().catch(undefined),
    to: z.number().int().positive().optional().catch(undefined),
  }),
});

export const router = createRouter({ routeTree: root.addChildren([wall, sandbox]), defaultPreload: 'intent' });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
