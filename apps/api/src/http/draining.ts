import type { FastifyReply, FastifyRequest } from 'fastify';

/** How long the rest of a refused body is read and thrown away, so that the sender gets to see the answer. */
const DRAIN_MS = 5_000;

/**
 * A body that is answered before it has come whole: what is left of it is drained for a moment, then the connection is cut.
 * Left unread it would stop the connection, and with it the next request that its sender makes.
 */
export function drainAfterReply(request: FastifyRequest, reply: FastifyReply): void {
  reply.raw.once('finish', () => {
    if (request.raw.complete) return;
    if (request.raw.destroyed) {
      request.raw.socket?.destroy();
      return;
    }
    const timer = setTimeout(() => request.raw.destroy(), DRAIN_MS);
    request.raw.once('close', () => clearTimeout(timer));
    request.raw.unpipe();
    request.raw.resume();
  });
}
