/**
 * The door at its two places: on the server's own port, where requests that are for it leave the house's routes before anything
 * else looks at them, and on a port whose host names lead into sandboxes.
 */
import type { IncomingMessage } from 'node:http';
import { isAppError, type TokenId, toAppError } from '@sandglass/protocol';
import type { FastifyInstance } from 'fastify';
import { e2bKey } from '../../identity/vendorKey.ts';
import type { DoorMemory } from '../../sandboxes/doorMemory.ts';
import type { DoorContext, DoorFacts } from '../door.ts';
import { addressOf } from './address.ts';
import { type Certificate, openCertificate } from './certificate.ts';
import { E2bDoor } from './door.ts';
import { NamesListener } from './listener.ts';

/** Nobody asks for it: requests are sent here by their headers. */
const PLACE = '/~doors/e2b';
/** What clients are told to trust. */
const CERTIFICATE = '/e2b/certificate.pem';

export interface NamesSettings {
  /** Below which the ports of sandboxes have their names; where they resolve is the affair of who chose it. */
  readonly domain: string;
  /** null: the second after the server's, or any free one. */
  readonly port: number | null;
  /** Of that domain; null: one of our own. */
  readonly certificate: Certificate | null;
  /** Where our own is kept. */
  readonly directory: string;
}

export interface E2bDoorSettings {
  readonly memory: DoorMemory;
  readonly now: () => number;
  /** deny: nothing but what `allowOut` names. */
  readonly internet?: 'allow' | 'deny';
  /** Tests: see `Inside`. */
  readonly heldAfterMs?: number;
  /** Absent: no host names. */
  readonly names?: NamesSettings;
}

export function createE2bDoor(settings: E2bDoorSettings): DoorFacts {
  let door: E2bDoor | undefined;
  let certificate: Certificate | undefined;
  let listener: NamesListener | undefined;
  const { names } = settings;
  return {
    name: 'e2b',
    describe: ({ url, token }) => ({ E2B_API_URL: url, E2B_SANDBOX_URL: url, E2B_API_KEY: e2bKey(token) }),
    takes: (request) => (addressOf(request, null).kind === 'none' ? undefined : PLACE),
    mount: async (app, context) => {
      const onError = (error: unknown) => app.log.error({ err: error }, 'a request of the E2B door failed');
      door = openDoor(settings, context, { onError, domain: () => listener?.domain ?? null });
      await mount(app, door, () => certificate?.certificate);
    },
    listen: async ({ host, serverPort }) => {
      if (!names || !door) return;
      certificate = names.certificate ?? (await openCertificate(names.directory, names.domain, settings.now()));
      const opened = new NamesListener(door, names.domain, certificate);
      const beside = serverPort === 0 || serverPort > 65_533 ? 0 : serverPort + 2;
      await opened.listen({ host, port: names.port ?? beside }).catch(async (error: NodeJS.ErrnoException) => {
        if (names.port !== null || error.code !== 'EADDRINUSE') throw error;
        await opened.listen({ host, port: 0 });
      });
      listener = opened;
    },
    close: async () => await listener?.close(),
  };
}

function openDoor(
  { memory, now, heldAfterMs, internet = 'allow' }: E2bDoorSettings,
  { services, gatekeeper }: DoorContext,
  rest: { onError: (error: unknown) => void; domain: () => string | null },
): E2bDoor {
  return new E2bDoor({
    ...rest,
    services,
    memory,
    now,
    heldAfterMs,
    allowsInternet: internet === 'allow',
    prove: (request, secret) => gatekeeper.authenticateSecret(arrived(request), secret),
    principal: (token) => gatekeeper.principal(token as TokenId),
    tokens: () => gatekeeper.tokens(),
  });
}

const arrived = ({ headers, socket }: IncomingMessage) => ({ headers, socket, ip: socket.remoteAddress ?? '' });

async function mount(app: FastifyInstance, door: E2bDoor, certificate: () => string | undefined): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    // What the house refuses (a foreign page, a server that closes) is refused in the vendor's shape.
    scope.setErrorHandler((error, _request, reply) => {
      const known = isAppError(error) ? error : toAppError(error);
      return reply.code(known.status).send({ code: known.status, message: known.message });
    });
    scope.all(PLACE, (request, reply) => {
      const { raw } = request;
      if (request.originalUrl === PLACE) {
        reply.callNotFound();
        return;
      }
      raw.url = request.originalUrl;
      reply.hijack();
      void door.handle(raw, reply.raw);
    });
    scope.get(CERTIFICATE, (_request, reply) => {
      const text = certificate();
      if (text === undefined) return reply.callNotFound();
      return reply.type('application/x-pem-file').header('cache-control', 'no-store').send(text);
    });
  });
}
