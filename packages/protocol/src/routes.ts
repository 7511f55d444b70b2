/**
 * Every HTTP operation, once. Fastify mounts it, the client's types are mapped from it, OpenAPI is generated from it.
 * `body: 'bytes'` and `reply: 'bytes'` stream raw bytes. A reply of `null` is 204.
 */
import type { z } from 'zod';
import { browserRoutes } from './routes/browser.ts';
import { bundlesRoutes } from './routes/bundles.ts';
import { changesRoutes } from './routes/changes.ts';
import { checkpointsRoutes } from './routes/checkpoints.ts';
import { computerUseRoutes } from './routes/computerUse.ts';
import { conversationsRoutes } from './routes/conversations.ts';
import { demoRoutes } from './routes/demo.ts';
import { doorsRoutes } from './routes/doors.ts';
import { execsRoutes } from './routes/execs.ts';
import { filesRoutes } from './routes/files.ts';
import { gateRoutes } from './routes/gate.ts';
import { identityRoutes } from './routes/identity.ts';
import { machineRoutes } from './routes/machine.ts';
import { notesRoutes } from './routes/notes.ts';
import { pastFilesRoutes } from './routes/pastFiles.ts';
import { privacyRoutes } from './routes/privacy.ts';
import { recordingRoutes } from './routes/recording.ts';
import type { Route } from './routes/route.ts';
import { rulesRoutes } from './routes/rules.ts';
import { runsRoutes } from './routes/runs.ts';
import { sandboxesRoutes } from './routes/sandboxes.ts';
import { searchRoutes } from './routes/search.ts';
import { stillsRoutes } from './routes/stills.ts';
import { systemRoutes } from './routes/system.ts';
import { terminalsRoutes } from './routes/terminals.ts';
import { timelineRoutes } from './routes/timeline.ts';
import { webhooksRoutes } from './routes/webhooks.ts';

export type { Route } from './routes/route.ts';

export const routes = {
  ...systemRoutes,
  ...identityRoutes,
  ...sandboxesRoutes,
  ...checkpointsRoutes,
  ...terminalsRoutes,
  ...execsRoutes,
  ...demoRoutes,
  ...doorsRoutes,
  ...computerUseRoutes,
  ...filesRoutes,
  ...changesRoutes,
  ...machineRoutes,
  ...browserRoutes,
  ...stillsRoutes,
  ...privacyRoutes,
  ...recordingRoutes,
  ...conversationsRoutes,
  ...pastFilesRoutes,
  ...bundlesRoutes,
  ...searchRoutes,
  ...timelineRoutes,
  ...rulesRoutes,
  ...gateRoutes,
  ...runsRoutes,
  ...notesRoutes,
  ...webhooksRoutes,
} as const satisfies Record<string, Route>;

export type Routes = typeof routes;
export type RouteName = keyof Routes;

type In<T> = T extends z.ZodType ? z.input<T> : undefined;
type Out<T> = T extends z.ZodType ? z.output<T> : T extends 'bytes' ? Uint8Array : undefined;
type Field<R, K extends string> = K extends keyof R ? R[K] : undefined;

/** What a caller gives. */
export type RouteParams<N extends RouteName> = In<Field<Routes[N], 'params'>>;
export type RouteQuery<N extends RouteName> = In<Field<Routes[N], 'query'>>;
export type RouteBody<N extends RouteName> =
  Field<Routes[N], 'body'> extends 'bytes'
    ? Uint8Array | ReadableStream<Uint8Array> | Blob | string
    : In<Field<Routes[N], 'body'>>;
export type RouteReply<N extends RouteName> = Routes[N]['reply'] extends null ? undefined : Out<Routes[N]['reply']>;
