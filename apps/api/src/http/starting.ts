import { AppError } from '@sandglass/protocol';
import type { FastifyInstance } from 'fastify';
import type { SystemService } from '../services.ts';

/** Answered from the first moment: how the server is, who asks, what the API and the console are. */
const ALWAYS = new Set(['/v1/health', '/v1/ready', '/v1/session']);

/**
 * While sandboxes that outlived the last server are being taken over, nothing is said of any: a list that lacks them, or a
 * `notFound` for one that lives, would be believed. Clients try again by themselves.
 */
export function mountStarting(app: FastifyInstance, system: SystemService): void {
  app.addHook('onRequest', async (request) => {
    if (system.phase() !== 'starting') return;
    const path = request.url.split('?')[0] ?? '';
    if (path.startsWith('/v1/') && !ALWAYS.has(path)) {
      throw new AppError('unavailable', 'The server is starting and takes over its sandboxes. Try again in a moment.');
    }
  });
}
