import { PassThrough, Readable } from 'node:stream';
import { AppError, type Route, type RouteName, routes, type SandboxId } from '@sandglass/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { FENCE_HEADER } from '../gate/leaseMachine.ts';
import type { Principal } from '../identity/identity.ts';
import type { Caller } from '../services.ts';
import { callerOf, type Gatekeeper } from './authenticate.ts';
import { drainAfterReply } from './draining.ts';
import { goneSignal } from './gone.ts';
import type { Call, Handlers } from './handlers.ts';
import { invalid } from './problems.ts';

/** JSON only: content of files goes through the bytes routes, which have no limit. */
export const MAX_JSON_BYTES = 1_048_576;

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | null;
  }
}

export interface MountOptions {
  readonly gatekeeper: Gatekeeper;
  readonly handlers: Handlers;
  /** How many things people have to tell the agent of a sandbox. */
  readonly notices: (sandbox: SandboxId) => number;
  /** Tests: every reply is held against its schema. */
  readonly checkReplies: boolean;
}

/** Puts every route of the protocol under its handler: proves, parses, calls, replies. */
export async function mountRoutes(app: FastifyInstance, options: MountOptions): Promise<void> {
  app.decorateRequest('principal', null);
  await app.register(async (json) => {
    json.removeAllContentTypeParsers();
    const parseJson = json.getDefaultJsonParser('error', 'error');
    json.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text, done) => {
      if (text === '') done(null, undefined);
      else parseJson(request, text as string, done);
    });
    for (const name of names()) if (!isUpload(name)) mountRoute(json, name, options);
  });
  await app.register(async (bytes) => {
    bytes.removeAllContentTypeParsers();
    bytes.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    for (const name of names()) if (isUpload(name)) mountRoute(bytes, name, options);
  });
}

const names = () => Object.keys(routes) as RouteName[];
const isUpload = (name: RouteName) => (routes[name] as Route).body === 'bytes';

/** Routes that a token of one sandbox may use although they name none; what they show is cut to its scope. */
const openToEveryScope: ReadonlySet<RouteName> = new Set([
  'system',
  'doors',
  'session',
  'closeSession',
  'sandboxes',
  'runs',
  'checkRule',
  'ruleFields',
]);

function mountRoute<N extends RouteName>(app: FastifyInstance, name: N, options: MountOptions): void {
  const route: Route = routes[name];
  const handler = options.handlers[name];
  app.route({
    method: route.method,
    url: route.path,
    exposeHeadRoute: false,
    bodyLimit: MAX_JSON_BYTES,
    config: { name },
    // Before the body is read: nobody uploads anything without the right to.
    onRequest: async (request) => {
      if (route.role === null) {
        options.gatekeeper.checkOrigin(request);
        return;
      }
      const { sandbox } = request.params as { sandbox?: string };
      const scope = sandbox ?? (openToEveryScope.has(name) ? undefined : null);
      request.principal = await options.gatekeeper.require(request, route.role, scope);
    },
    handler: async (request, reply) => {
      const signal = goneSignal(reply.raw);
      const call = {
        params: parse('params', route.params, request.params),
        query: parse('query', route.query, request.query),
        body: route.body === 'bytes' ? upload(request, reply) : parse('body', route.body, request.body ?? {}),
        principal: request.principal,
        caller: request.principal
          ? { ...callerOf(request.principal), ...fenceOf(request), ...waitingOf(request, reply), signal }
          : null,
        signal,
        request,
        reply,
      };
      // The cast joins what the table says at run time with what Call<N> says at compile time.
      const answer: unknown = await handler(call as unknown as Call<N>);
      tellNotices(request, reply, options.notices);
      return await send(route, answer, reply, options.checkReplies);
    },
  });
}

/** Often enough for every proxy and client that counts the seconds of silence. */
const STILL_WAITING_MS = 5_000;

/** Clients that can hear it are told that their call waits for a person: 102, again and again, so that they do not give up. */
function waitingOf(request: FastifyRequest, reply: FastifyReply): Pick<Caller, 'onHeld'> {
  if (request.headers['x-sandglass-waits'] === undefined) return {};
  let timer: NodeJS.Timeout | undefined;
  const stop = () => clearInterval(timer);
  return {
    onHeld: (held) => {
      stop();
      if (held === null) return;
      const tell = () => {
        if (reply.raw.headersSent || reply.raw.destroyed) stop();
        else reply.raw.writeProcessing();
      };
      tell();
      timer = setInterval(tell, STILL_WAITING_MS);
      timer.unref();
      reply.raw.once('close', stop);
    },
  };
}

/** Of the control that the caller believes to have: with an old one it changes nothing. */
function fenceOf(request: FastifyRequest): { fence?: number } {
  const header = request.headers[FENCE_HEADER];
  if (header === undefined) return {};
  if (typeof header !== 'string' || !/^\d{1,15}$/.test(header))
    throw new AppError('badRequest', `${FENCE_HEADER} must be the fence of the control that you have, a number.`);
  return { fence: Number(header) };
}

/** An agent whose protocol is plain HTTP learns from a header that there is something to be told (POST …/notices/take). */
function tellNotices(request: FastifyRequest, reply: FastifyReply, notices: MountOptions['notices']): void {
  const { sandbox } = request.params as { sandbox?: SandboxId };
  if (sandbox === undefined || request.principal?.session !== null) return;
  const waiting = notices(sandbox);
  if (waiting > 0 && !reply.sent) reply.header('x-sandglass-notices', String(waiting));
}

function parse(where: string, schema: z.ZodType | undefined, value: unknown): unknown {
  if (schema === undefined) return undefined;
  const result = schema.safeParse(value);
  if (!result.success) throw invalid(where, result.error);
  return result.data;
}

async function send(route: Route, answer: unknown, reply: FastifyReply, check: boolean): Promise<FastifyReply> {
  if (reply.sent) return reply;
  if (route.reply === null) return reply.code(route.status ?? 204).send();
  if (route.reply === 'bytes') {
    if (answer === null) return reply.send();
    return reply.send(answer instanceof Readable ? answer : Buffer.from(answer as Uint8Array));
  }
  if (check) {
    const result = route.reply.safeParse(answer);
    if (!result.success)
      throw new Error(`the reply of ${route.method} ${route.path} is not what it says: ${result.error}`);
  }
  if (reply.statusCode === 200 && route.status !== undefined) reply.code(route.status);
  if (reply.getHeader('cache-control') === undefined) reply.header('cache-control', 'no-store');
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(answer));
}

/** The body, at one remove: who stops reading half-way destroys what it reads, and a destroyed request holds up its connection. */
function upload(request: FastifyRequest, reply: FastifyReply): Readable {
  const body = request.body as Readable | undefined;
  if (!body) return Readable.from([]);
  drainAfterReply(request, reply);
  const copy = new PassThrough();
  const breakOff = () => {
    if (!body.readableEnded) copy.destroy(new AppError('badRequest', 'The upload broke off; nothing was changed.'));
  };
  copy.on('error', () => {});
  body.once('error', breakOff).once('close', breakOff);
  return body.pipe(copy);
}
