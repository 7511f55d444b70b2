/**
 * The model door. `ANTHROPIC_BASE_URL=<server>/model/anthropic`, `OPENAI_BASE_URL=<server>/model/openai/v1`, and a Sandglass token
 * in the place of the key; the real key lives here and is put in on the way. Which sandbox a request belongs to: the token's own
 * one, the one named by `x-sandglass-sandbox` or in the address (`/model/<sandbox>/anthropic`), else the one that this token
 * worked with last. Requests before the first sandbox are forwarded, and say `x-sandglass-recorded: no`.
 */
import { AppError, isAppError, SandboxId, toAppError } from '@sandglass/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Agent, type Dispatcher } from 'undici';
import { checkRole, checkScope, type Gatekeeper } from '../../http/authenticate.ts';
import { goneSignal } from '../../http/gone.ts';
import type { Principal } from '../../identity/identity.ts';
import type { DoorContext, DoorFacts } from '../door.ts';
import { BUDGET_HEADER, readBudget } from './budget.ts';
import { Conversations } from './conversation.ts';
import { LiveOutlet } from './outlet.ts';
import { pass } from './passage.ts';
import type { Prices } from './prices.ts';
import { type ProviderName, providerNames, providers, type Upstreams } from './providers.ts';
import { type Forward, recorded } from './recorded.ts';

export interface ModelDoorOptions {
  readonly upstreams: Upstreams;
  readonly prices: Prices;
  /** Milliseconds, for durations. */
  readonly now: () => number;
  /** Tests: how often a stream that is held is kept alive. */
  readonly pingEveryMs?: number;
  /** Tests: how upstreams are reached. */
  readonly dispatcher?: Dispatcher;
}

/** Conversations with screenshots are long; above this the agent's own client has a mistake. */
const MAX_BODY_BYTES = 64 * 1_048_576;

interface Address {
  readonly provider: ProviderName;
  readonly sandbox: SandboxId | null;
  /** From the slash after the provider's name, with its query. */
  readonly rest: string;
}

export const createModelDoor = (options: ModelDoorOptions): DoorFacts => ({
  name: 'model',
  mount: (app, context) => mount(app, { ...options, ...context }),
  describe: ({ url, token }) => ({
    ANTHROPIC_BASE_URL: `${url}/model/anthropic`,
    ANTHROPIC_API_KEY: token,
    OPENAI_BASE_URL: `${url}/model/openai/v1`,
    OPENAI_API_KEY: token,
  }),
});

async function mount(app: FastifyInstance, options: ModelDoorOptions & DoorContext): Promise<void> {
  const dispatcher = options.dispatcher ?? new Agent({ connections: 256, keepAliveTimeout: 30_000 });
  const conversations = new Conversations();
  await app.register(async (door) => {
    door.removeAllContentTypeParsers();
    door.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES }, (_request, body, done) =>
      done(null, body),
    );
    door.addHook('onClose', async () => {
      if (options.dispatcher === undefined) await dispatcher.destroy();
    });
    door.setErrorHandler((error, request, reply) => sendRefusal(error, request, reply));
    door.route({
      method: ['GET', 'POST', 'DELETE'],
      url: '/model/*',
      exposeHeadRoute: false,
      bodyLimit: MAX_BODY_BYTES,
      handler: (request, reply) => handle(request, reply, { ...options, dispatcher, conversations }),
    });
  });
}

interface Door extends ModelDoorOptions, DoorContext {
  readonly dispatcher: Dispatcher;
  readonly conversations: Conversations;
}

async function handle(request: FastifyRequest, reply: FastifyReply, door: Door): Promise<FastifyReply> {
  const { provider, sandbox: named, rest } = addressOf(request.url);
  const principal = await authenticate(request, door.gatekeeper);
  const upstream = door.upstreams[provider];
  if (upstream.key === null)
    throw new AppError(
      'unavailable',
      `No key for ${provider} is set on this server. Start it with SANDGLASS_${provider.toUpperCase()}_API_KEY.`,
    );
  const path = rest.split('?')[0]!;
  const body = Buffer.isBuffer(request.body) && request.body.length > 0 ? request.body : null;
  const reader = request.method === 'POST' ? providers[provider].reader(path) : null;
  const sandbox = sandboxOf(request, principal, named, door);
  const signal = goneSignal(reply.raw, 'The agent');
  const forward: Forward = async (sent, outlet, onFirstByte) =>
    await pass({
      dispatcher: door.dispatcher,
      url: `${upstream.url}${rest}`,
      method: request.method,
      headers: request.headers,
      authorization: providers[provider].authorize(upstream.key!),
      body: sent,
      reader,
      outlet,
      ...(onFirstByte === undefined ? {} : { onFirstByte }),
      signal,
      now: door.now,
    });
  // From here on the reply is written by hand: it may be a stream of somebody else's.
  reply.hijack();
  try {
    if (sandbox === null) {
      reply.raw.setHeader('x-sandglass-recorded', 'no');
      await forward(body, new LiveOutlet(reply.raw, signal));
    } else {
      const budget = readBudget(request.headers[BUDGET_HEADER]);
      const asked = { sandbox, principal, provider, path, body, reader, budget, reply: reply.raw, signal };
      await recorded(asked, door, forward);
    }
    reply.raw.end();
  } catch (error) {
    if (!reply.raw.headersSent) answer(reply, provider, error);
    else if (isHeld(error)) reply.raw.end(streamError(provider, error));
    // The agent must not take half a reply for a whole one.
    else reply.raw.destroy();
  }
  return reply;
}

function addressOf(url: string): Address {
  const match = /^\/model\/(?:(sbx_[a-z0-9]+)\/)?([a-z]+)(\/[^#]*)?$/i.exec(url);
  const provider = providerNames.find((name) => name === match?.[2]);
  if (provider === undefined)
    throw new AppError('notFound', `There is no such model address. Use /model/${providerNames.join(' or /model/')}.`);
  const named = match?.[1];
  const parsedId = named === undefined ? undefined : SandboxId.safeParse(named);
  if (parsedId !== undefined && !parsedId.success)
    throw new AppError('badRequest', 'The address names a sandbox whose id is not valid.');
  return { provider, sandbox: parsedId?.data ?? null, rest: match?.[3] ?? '/' };
}

/** Where SDKs put their key is where the token comes. */
async function authenticate(request: FastifyRequest, gatekeeper: Gatekeeper): Promise<Principal> {
  const { authorization } = request.headers;
  const given = request.headers['x-api-key'] ?? request.headers['api-key'];
  const secret = typeof given === 'string' ? given : /^Bearer (\S{1,256})$/i.exec(authorization ?? '')?.[1];
  if (secret === undefined)
    throw new AppError('unauthenticated', 'Give a Sandglass token in the place of the model’s key.');
  const principal = await gatekeeper.authenticateSecret(request, secret);
  checkRole(principal, 'operator');
  return principal;
}

function sandboxOf(
  request: FastifyRequest,
  principal: Principal,
  named: SandboxId | null,
  { services }: Door,
): SandboxId | null {
  const { scope } = principal.token;
  const header = request.headers['x-sandglass-sandbox'];
  const wanted = named ?? (typeof header === 'string' ? SandboxId.parse(header) : null);
  if (wanted !== null) {
    checkScope(principal, wanted);
    return services.sandboxes.get(wanted).id;
  }
  return scope.kind === 'sandbox' ? scope.sandbox : services.calls.lastSandbox(principal.token.id);
}

/** Nothing but pings went out before: somebody rejected what they kept alive. */
const isHeld = (error: unknown): error is AppError => isAppError(error) && error.code === 'rejected';

const streamError = (provider: ProviderName, { status, message }: AppError): string =>
  providers[provider].stream.error(providers[provider].error(status, message));

function answer(reply: FastifyReply, provider: ProviderName, error: unknown): void {
  const known = toAppError(error);
  reply.raw.writeHead(known.status, { 'content-type': 'application/json; charset=utf-8' });
  reply.raw.end(JSON.stringify(providers[provider].error(known.status, known.message)));
}

/** Refusals from before a provider's own shape is known to fit. */
function sendRefusal(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = toAppError(error);
  if (!isAppError(error)) request.log.error({ err: error }, 'a request at the model door failed');
  const provider =
    request.url.startsWith('/model/openai') || /^\/model\/[^/]+\/openai/.test(request.url) ? 'openai' : 'anthropic';
  return reply.code(known.status).send(providers[provider].error(known.status, known.message));
}
