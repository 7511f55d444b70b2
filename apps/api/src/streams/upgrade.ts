import { AppError } from '@sandglass/protocol';
import type { FastifyInstance } from 'fastify';
import type { Gatekeeper } from '../http/authenticate.ts';
import type { Principal } from '../identity/identity.ts';
import type { StreamHub } from './hub.ts';

/** `GET /v1/stream`: host, origin and token are checked before the upgrade, so a refusal is an ordinary problem reply. */
export async function mountStream(
  app: FastifyInstance,
  options: { gatekeeper: Gatekeeper; hub: StreamHub },
): Promise<void> {
  await app.register(async (scope) => {
    scope.route({
      method: 'GET',
      url: '/v1/stream',
      exposeHeadRoute: false,
      onRequest: async (request) => {
        request.principal = await options.gatekeeper.require(request, 'viewer', undefined);
      },
      handler: () => {
        throw new AppError('badRequest', 'This is a WebSocket. Connect with one, or use the client library.');
      },
      wsHandler: (socket, request) => options.hub.accept(socket, request.principal as Principal),
    });
  });
}
