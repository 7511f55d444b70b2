import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import cookie from '@fastify/cookie';
import websocket from '@fastify/websocket';
import { MAX_CLIENT_FRAME_BYTES } from '@sandglass/protocol';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyServerOptions,
  LogController,
} from 'fastify';
import type { DoorFacts } from './doors/door.ts';
import { Gatekeeper } from './http/authenticate.ts';
import { mountClosing } from './http/closing.ts';
import { mountConsole } from './http/console.ts';
import { mountDocs } from './http/docs.ts';
import { mountHeaders } from './http/headers.ts';
import { mountRoutes } from './http/mount.ts';
import { originRules } from './http/origin.ts';
import { mountProblems, sendProblem } from './http/problems.ts';
import { createHandlers } from './http/routes.ts';
import { mountStarting } from './http/starting.ts';
import type { Identity } from './identity/identity.ts';
import { traceOf, withinTrace } from './lib/trace.ts';
import { mountMetrics } from './observability/metrics.ts';
import type { Services } from './services.ts';
import { isSocketError } from './streams/connection.ts';
import { StreamHub } from './streams/hub.ts';
import { mountStream } from './streams/upgrade.ts';

export interface ServerOptions {
  readonly services: Services;
  readonly identity: Identity;
  readonly logger: FastifyBaseLogger;
  /** The address it will be bound to (see `checkBinding` in listen.ts). */
  readonly host: string;
  /** More host names under which it may be reached, without port. */
  readonly allowedHosts: readonly string[];
  /** PEM texts. */
  readonly tls: { readonly certificate: string; readonly key: string } | null;
  /** The built console, or null. */
  readonly consoleDirectory: string | null;
  readonly version: string;
  /** By which agents come in with their own protocols. */
  readonly doors?: readonly DoorFacts[];
  /** Tests: replies are held against their schemas, and sending on an ended channel throws. */
  readonly strict?: boolean;
}

/** Builds the server; the caller listens and closes. Closing tells viewers to come back, then ends their streams. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const strict = options.strict ?? false;
  const rules = originRules({ host: options.host, allowedHosts: options.allowedHosts, tls: options.tls !== null });
  const gatekeeper = new Gatekeeper(options.identity, rules);
  const doorFor = (request: IncomingMessage): string | undefined => {
    for (const { takes } of options.doors ?? []) {
      const place = takes?.(request);
      if (place !== undefined) return place;
    }
    return undefined;
  };
  const settings: FastifyServerOptions = {
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => `req_${randomUUID()}`,
    // Past this a request is refused in words; without it a long path would be cut off by the router.
    routerOptions: { maxParamLength: 200 },
    // Those in flight may end; see http/closing.ts.
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => {
      sendProblem(error, request, reply);
    },
    clientErrorHandler: (_error, socket) => refuseRaw(socket),
    rewriteUrl: (request) => doorFor(request) ?? request.url ?? '/',
  };
  const https = options.tls && { https: { cert: options.tls.certificate, key: options.tls.key } };
  // Fastify types a TLS server as another kind; the rest of the house does not care which it is.
  const app: FastifyInstance = fastify({ ...settings, ...https } as FastifyServerOptions);

  mountProblems(app);
  // Before any hook that refuses: it marks upgrades, and closes the sockets of those that were refused.
  await app.register(websocket, {
    options: { maxPayload: MAX_CLIENT_FRAME_BYTES, perMessageDeflate: false, clientTracking: false },
    errorHandler: (error, socket, request) => {
      // What a viewer did wrong closes its own socket and is said by its connection; it is no fault of the server's.
      if (isSocketError(error)) return;
      request.log.error({ err: error }, 'a stream could not be opened');
      socket.terminate();
    },
  });
  await mountHeaders(app, { tls: options.tls !== null });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    gatekeeper.checkHost(request);
  });
  // After the body was read: what a socket's events begin belongs to nobody.
  app.addHook('preValidation', (request, _reply, done) => {
    const trace = traceOf(request.headers['traceparent']);
    if (trace === null) done();
    else withinTrace(trace, done);
  });
  app.addHook('onResponse', async (request, reply) => {
    const facts = { method: request.method, path: request.url.split('?')[0], status: reply.statusCode };
    request.log.debug({ ...facts, durationMs: Math.round(reply.elapsedTime * 10) / 10 }, 'request');
  });
  await app.register(cookie);

  const hub = new StreamHub({ services: options.services, identity: options.identity, logger: options.logger, strict });
  mountClosing(app, async () => {
    options.services.gate.letGo();
    await hub.close();
  });
  mountStarting(app, options.services.system);
  mountMetrics(app, { gatekeeper, services: options.services, hub });
  await mountRoutes(app, {
    gatekeeper,
    handlers: createHandlers(options.services, options.identity, gatekeeper, options.doors ?? []),
    notices: (sandbox) => options.services.gate.notices(sandbox),
    checkReplies: strict,
  });
  await mountStream(app, { gatekeeper, hub });
  for (const door of options.doors ?? []) await door.mount(app, { gatekeeper, services: options.services });
  await mountDocs(app, { version: options.version });
  await mountConsole(app, options.consoleDirectory);
  return app;
}

/** What is not even HTTP gets the same shape, written by hand. */
function refuseRaw(socket: Socket): void {
  if (!socket.writable || socket.destroyed) return;
  const body = JSON.stringify({
    type: 'urn:sandglass:error:badRequest',
    title: 'The request is not valid',
    status: 400,
    code: 'badRequest',
    detail: 'This is not a well-formed HTTP request, or its headers are too large.',
    retryable: false,
  });
  socket.end(
    `HTTP/1.1 400 Bad Request\r\ncontent-type: application/problem+json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
