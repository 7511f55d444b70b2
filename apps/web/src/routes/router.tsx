import { SandboxId } from '@sandglass/protocol';
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, notFound } from '@tanstack/react-router';
import { z } from 'zod';
import { RunsLook } from '../features/runs/look.ts';
import { WallLook } from '../features/sandboxes/savedViews.ts';
import { asPart } from '../platform/missingPart.ts';
import { NoSuchPage } from './NoSuchPage.tsx';
import { PageFailed } from './PageFailed.tsx';
import { Root } from './Root.tsx';
import { SandboxSearch } from './sandboxSearch.ts';
import { WallPage } from './WallPage.tsx';

const root = createRootRoute({
  component: Root,
  notFoundComponent: NoSuchPage,
  errorComponent: PageFailed,
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
    parse: (params) => {
      const sandbox = SandboxId.safeParse(params.sandbox);
      if (!sandbox.success) throw notFound();
      return { sandbox: sandbox.data };
    },
    stringify: (params) => ({ sandbox: params.sandbox }),
  },
  component: lazyRouteComponent(
    asPart(() => import('./SandboxPage.tsx')),
    'SandboxPage',
  ),
  notFoundComponent: NoSuchPage,
  validateSearch: SandboxSearch,
});

const runs = createRoute({
  getParentRoute: () => root,
  path: '/runs',
  component: lazyRouteComponent(
    asPart(() => import('./RunsPage.tsx')),
    'RunsPage',
  ),
  validateSearch: RunsLook,
});

const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(
    asPart(() => import('./SettingsPage.tsx')),
    'SettingsPage',
  ),
});

const replay = createRoute({
  getParentRoute: () => root,
  path: '/replay',
  component: lazyRouteComponent(
    asPart(() => import('./ReplayPage.tsx')),
    'ReplayPage',
  ),
});

export const router = createRouter({
  routeTree: root.addChildren([wall, sandbox, runs, replay, settings]),
  defaultPreload: 'intent',
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
