/**
 * The MCP door: `/mcp`, Streamable HTTP. A session begins with `initialize` and ends with DELETE, or when nobody was connected to it for
 * an hour, or when too many are open and it is the one that rests longest. What it started in a sandbox runs on.
 */
import { randomUUID } from 'node:crypto';
import { isInitializeRequest } from '@modelcontextprotocol/sdk/types.js';
import { AppError, isAppError } from '@sandglass/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { DoorContext, DoorFacts } from '../door.ts';
import { McpSession } from './session.ts';
import { readWishes } from './workplace.ts';

export interface McpDoorOptions {
  readonly version: string;
  readonly maxSessions?: number;
  readonly idleMs?: number;
  /** Tests look in. */
  readonly onSessions?: (sessions: ReadonlyMap<string, McpSession>) => void;
}

const MAX_SESSIONS = 2_000;
const IDLE_MS = 3_600_000;
const SWEEP_MS = 60_000;
/** A file to write is the largest thing that comes. */
const MAX_BODY_BYTES = 4_194_304;

export const createMcpDoor = (options: McpDoorOptions): DoorFacts => ({
  name: 'mcp',
  mount: (app, context) => mount(app, options, context),
  describe: ({ url, token }) => ({ url: `${url}/mcp`, token }),
});

async function mount(app: FastifyInstance, options: McpDoorOptions, context: DoorContext): Promise<void> {
  const { maxSessions = MAX_SESSIONS, idleMs = IDLE_MS } = options;
  const sessions = new Map<string, McpSession>();
  options.onSessions?.(sessions);

  const end = (session: McpSession): void => {
    session.close().catch((error: unknown) => app.log.warn({ err: error }, 'an MCP session did not close'));
  };
  const sweep = setInterval(() => {
    const nowMs = performance.now();
    for (const session of sessions.values())
      if (session.idleSinceMs !== undefined && nowMs - session.idleSinceMs > idleMs) end(session);
  }, SWEEP_MS);
  sweep.unref();
  app.addHook('preClose', async () => {
    clearInterval(sweep);
    for (const session of sessions.values()) end(session);
  });

  const begin = async (request: FastifyRequest): Promise<McpSession> => {
    const principal = request.principal;
    if (!principal) throw new AppError('unauthenticated', 'A token is needed.');
    if (sessions.size >= maxSessions) {
      const [longest] = [...sessions.values()]
        .filter((session) => session.idleSinceMs !== undefined)
        .sort((a, b) => (a.idleSinceMs as number) - (b.idleSinceMs as number));
      if (!longest) throw new AppError('rateLimited', `All ${maxSessions} MCP sessions are in use. End some first.`);
      await longest.close();
    }
    return await McpSession.open({
      services: context.services,
      principal,
      wishes: readWishes(request.query as Record<string, unknown>),
      version: options.version,
      logger: request.log,
      newId: randomUUID,
      onEnd: ({ id }) => sessions.delete(id),
    });
  };

  const find = (request: FastifyRequest): McpSession | undefined => {
    const id = request.headers['mcp-session-id'];
    if (id === undefined) return undefined;
    const session = sessions.get(String(id));
    // Another token's session is as one that is not there.
    if (session && session.token === request.principal?.token.id) return session;
    throw new AppError('notFound', 'This MCP session has ended. Send initialize again to begin a new one.');
  };

  await app.register(async (door) => {
    door.removeAllContentTypeParsers();
    const parseJson = door.getDefaultJsonParser('error', 'error');
    door.addContentTypeParser('application/json', { parseAs: 'string', bodyLimit: MAX_BODY_BYTES }, parseJson);
    door.setErrorHandler((error, request, reply) => sendRpcError(error, request, reply));
    door.route({
      method: ['GET', 'POST', 'DELETE'],
      url: '/mcp',
      exposeHeadRoute: false,
      onRequest: async (request, reply) => {
        reply.header('www-authenticate', 'Bearer');
        request.principal = await context.gatekeeper.require(request, 'operator', undefined);
        reply.removeHeader('www-authenticate');
      },
      handler: async (request, reply) => {
        const known = find(request);
        // Looked at first: what is no greeting must not make another session give way.
        if (!known && !isInitializeRequest(request.body))
          throw new AppError('badRequest', 'Name the session (mcp-session-id), or POST initialize to begin one.');
        const session = known ?? (await begin(request));
        if (!known) sessions.set(session.id, session);
        const disconnected = session.connected();
        reply.hijack();
        reply.raw.once('close', () => {
          disconnected();
          // Its greeting was refused.
          if (session.transport.sessionId === undefined) end(session);
        });
        await session.transport.handleRequest(request.raw, reply.raw, request.body);
      },
    });
  });
}

/** Bodies that are too large, no JSON, or of another kind. */
function refusedByFramework(error: unknown): AppError | null {
  const { statusCode, message } = error as { statusCode?: number; message?: string };
  if (statusCode === 413) return new AppError('tooLarge', `A message has at most ${MAX_BODY_BYTES} bytes.`);
  if (statusCode === 400 || statusCode === 415) return new AppError('badRequest', `Send JSON: ${message ?? ''}`);
  return null;
}

/** What fails before a session hears of it is told as JSON-RPC does, with the status that HTTP clients look at. */
function sendRpcError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  if (reply.sent) return;
  const known = isAppError(error) ? error : refusedByFramework(error);
  if (!known) request.log.error({ err: error }, 'the MCP door failed');
  const message = known?.message ?? 'Something went wrong on the server.';
  void reply
    .code(known?.status ?? 500)
    .type('application/json; charset=utf-8')
    .send(
      JSON.stringify({
        jsonrpc: '2.0',
        error: { code: -32000, message, data: { code: known?.code ?? 'internal' } },
        id: null,
      }),
    );
}
