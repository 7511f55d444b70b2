/**
 * The CDP door: `chromium.connectOverCDP(url)` and Puppeteer's `connect({ browserWSEndpoint: url })` with
 * `ws://<server>/cdp/<sandbox>?token=<token>`, or the token as `Authorization: Bearer`. `/json/version` below it serves clients that
 * ask for the address first. The browser is started if it does not run.
 */
import { AppError, MAX_CLIENT_FRAME_BYTES, SandboxId, toAppError } from '@sandglass/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import { checkRole, checkScope } from '../../http/authenticate.ts';
import type { Principal } from '../../identity/identity.ts';
import type { Caller } from '../../services.ts';
import { openChromium } from '../acts/chromium.ts';
import { realPause } from '../acts/pause.ts';
import type { DoorContext, DoorFacts } from '../door.ts';
import { CdpProxy } from './proxy.ts';

/** Screenshots and traces come as one message. */
const MAX_MESSAGE_BYTES = 256 * 1_048_576;
/** A client hands over the files of an upload in one message (Playwright: up to 50 MB, a third longer as text). */
const MAX_CLIENT_MESSAGE_BYTES = 96 * 1_048_576;
/** A client whose machine vanished is noticed by its kernel's silence; one that stands in a debugger is not. */
const KEEP_ALIVE_MS = 60_000;
const HANDSHAKE_MS = 20_000;

interface Place {
  readonly sandbox: SandboxId;
  readonly caller: Caller;
}

declare module 'fastify' {
  interface FastifyRequest {
    cdpPlace: Place | null;
  }
}

export const createCdpDoor = (): DoorFacts => ({
  name: 'cdp',
  mount,
  describe: ({ url, token }) => ({
    urlTemplate: `${url.replace(/^http/, 'ws')}/cdp/{sandbox}?token=${encodeURIComponent(token)}`,
  }),
});

async function mount(app: FastifyInstance, context: DoorContext): Promise<void> {
  app.decorateRequest('cdpPlace', null);
  takeLongMessages(app);
  await app.register(async (door) => {
    const onRequest = async (request: FastifyRequest) => {
      request.cdpPlace = await placeOf(request, context);
    };
    door.route({
      method: 'GET',
      url: '/cdp/:sandbox',
      exposeHeadRoute: false,
      onRequest,
      handler: () => {
        throw new AppError('badRequest', 'This is a WebSocket. Connect a client of the DevTools Protocol to it.');
      },
      wsHandler: (client, request) => void connect(client, request, context),
    });
    for (const url of ['/cdp/:sandbox/json/version', '/cdp/:sandbox/json/version/'])
      door.get(url, { onRequest, exposeHeadRoute: false }, (request) => {
        const { sandbox } = request.cdpPlace as Place;
        const scheme = request.protocol === 'https' ? 'wss' : 'ws';
        const query = request.url.includes('?') ? request.url.slice(request.url.indexOf('?')) : '';
        return {
          Browser: 'Chromium',
          'Protocol-Version': '1.3',
          webSocketDebuggerUrl: `${scheme}://${request.headers.host}/cdp/${sandbox}${query}`,
        };
      });
  });
}

/** Said when a socket is opened, which is after its token was looked at. */
function takeLongMessages({ websocketServer }: FastifyInstance): void {
  const { options } = websocketServer;
  const { maxPayload: usual = MAX_CLIENT_FRAME_BYTES } = options;
  websocketServer.on('headers', (_headers, { url }) => {
    options.maxPayload = url?.startsWith('/cdp/') ? MAX_CLIENT_MESSAGE_BYTES : usual;
  });
}

async function connect(client: WebSocket, request: FastifyRequest, context: DoorContext): Promise<void> {
  const { sandbox, caller } = request.cdpPlace as Place;
  // What the client says before the browser is there is not lost: it is read when somebody listens.
  client.pause();
  request.raw.socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS);
  try {
    const browser = await openChromium({
      services: context.services,
      caller,
      sandbox,
      pause: realPause,
      maxMessageBytes: MAX_MESSAGE_BYTES,
      handshakeMs: HANDSHAKE_MS,
      holdsTabs: true,
    });
    new CdpProxy({
      client,
      browser,
      caller,
      sandbox,
      services: context.services,
      schedule: (work, afterMs) => {
        const timer = setTimeout(work, afterMs);
        return () => clearTimeout(timer);
      },
    });
    client.resume();
  } catch (error) {
    client.resume();
    client.close(1011, toAppError(error).message.slice(0, 120));
  }
}

async function placeOf(request: FastifyRequest, { gatekeeper, services }: DoorContext): Promise<Place> {
  const { sandbox: named } = request.params as { sandbox: string };
  const { token } = request.query as { token?: unknown };
  const principal = await prove(request, typeof token === 'string' ? token : undefined, gatekeeper);
  const id = SandboxId.safeParse(named);
  if (!id.success) throw new AppError('badRequest', 'The address ends in the id of a sandbox, sbx_….');
  checkRole(principal, 'operator');
  checkScope(principal, id.data);
  const { phase } = services.sandboxes.get(id.data);
  if (phase === 'dead' || phase === 'failed') throw new AppError('gone', 'The sandbox has ended.');
  return { sandbox: id.data, caller: { actor: 'agent', token: principal.token.id, door: 'cdp' } };
}

async function prove(
  request: FastifyRequest,
  token: string | undefined,
  gatekeeper: DoorContext['gatekeeper'],
): Promise<Principal> {
  if (token !== undefined) return await gatekeeper.authenticateSecret(request, token);
  const bearer = /^Bearer (\S{1,256})$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer === undefined)
    throw new AppError('unauthenticated', 'Give the token as ?token= in the address, or as Authorization: Bearer.');
  return await gatekeeper.authenticateSecret(request, bearer);
}
