/** The door on the server's own port: requests that are for it leave the house's routes before anything else looks at them. */
import type { IncomingMessage } from 'node:http';
import { isAppError, type TokenId, toAppError } from '@sandglass/protocol';
import type { FastifyInstance } from 'fastify';
import { e2bKey } from '../../identity/vendorKey.ts';
import type { DoorMemory } from '../../sandboxes/doorMemory.ts';
import type { DoorContext, DoorFacts } from '../door.ts';
import { addressOf } from './address.ts';
import { E2bDoor } from './door.ts';

/** Nobody asks for it: requests are sent here by their headers. */
const PLACE = '/~doors/e2b';

export interface E2bDoorSettings {
  readonly memory: DoorMemory;
  readonly now: () => number;
}

export function createE2bDoor(settings: E2bDoorSettings): DoorFacts {
  return {
    name: 'e2b',
    describe: ({ url, token }) => ({ E2B_API_URL: url, E2B_SANDBOX_URL: url, E2B_API_KEY: e2bKey(token) }),
    takes: (request) => (addressOf(request, null).kind === 'none' ? undefined : PLACE),
    mount: async (app, context) => {
      const onError = (error: unknown) => app.log.error({ err: error }, 'a request of the E2B door failed');
      await mount(app, openDoor(settings, context, onError));
    },
  };
}

function openDoor(
  { memory, now }: E2bDoorSettings,
  { services, gatekeeper }: DoorContext,
  onError: (error: unknown) => void,
): E2bDoor {
  return new E2bDoor({
    services,
    memory,
    now,
    onError,
    domain: () => null,
    prove: (request, secret) => gatekeeper.authenticateSecret(arrived(request), secret),
    principal: (token) => gatekeeper.principal(token as TokenId),
    tokens: () => gatekeeper.tokens(),
  });
}

const arrived = ({ headers, socket }: IncomingMessage) => ({ headers, socket, ip: socket.remoteAddress ?? '' });

async function mount(app: FastifyInstance, door: E2bDoor): Promise<void> {
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
  });
}
