import { AppError } from '@sandglass/protocol';
import type { FastifyInstance } from 'fastify';

/** How long requests in flight have to end when the server closes. */
const FINISH_MS = 3_000;

/**
 * Closing: new requests are refused, `leave` sends the viewers away, what is in flight may end, and then every connection is
 * cut: browsers hold some open that never carried a request, and would keep the server waiting for them.
 */
export function mountClosing(app: FastifyInstance, leave: () => Promise<void>): void {
  let phase: 'open' | 'closing' = 'open';
  let inFlight = 0;
  const cut = () => app.server.closeAllConnections();
  app.addHook('onRequest', async (request, reply) => {
    if (phase === 'closing') throw new AppError('unavailable', 'The server is closing. Try again in a moment.');
    // Upgraded connections are the stream's.
    if (request.headers.upgrade !== undefined) return;
    inFlight++;
    reply.raw.once('close', () => {
      inFlight--;
      if (phase === 'closing' && inFlight === 0) setImmediate(cut);
    });
  });
  app.addHook('onSend', async (_request, reply) => {
    if (phase === 'closing') reply.header('connection', 'close');
  });
  app.addHook('preClose', async () => {
    phase = 'closing';
    await leave();
    if (inFlight === 0) setImmediate(cut);
    setTimeout(cut, FINISH_MS).unref();
  });
}
