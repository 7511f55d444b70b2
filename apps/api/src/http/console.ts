import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { noSuchAddress, sendProblem } from './problems.ts';

/** Serves the built console, and the answer to everything that is no route. */
export async function mountConsole(app: FastifyInstance, directory: string | null): Promise<void> {
  const built = directory !== null && existsSync(join(directory, 'index.html'));
  if (built)
    await app.register(fastifyStatic, {
      root: directory,
      index: false,
      wildcard: true,
      preCompressed: true,
      cacheControl: false,
      setHeaders: (response, path) => {
        // Vite puts a content hash in the names below assets/, so they never change.
        const hashed = path.startsWith(join(directory, 'assets'));
        const page = path === join(directory, 'index.html');
        const caching = hashed ? 'public, max-age=31536000, immutable' : page ? 'no-store' : 'no-cache';
        response.setHeader('cache-control', caching);
      },
    });
  app.get('/', async (_request, reply) => (built ? sendIndex(reply) : sendNotBuilt(reply)));
  app.setNotFoundHandler(async (request, reply) => {
    if (!isPage(request)) return sendProblem(noSuchAddress(request), request, reply);
    return built ? sendIndex(reply) : sendNotBuilt(reply);
  });
}

/** A browser that navigates, to an address that only the console's router knows. */
function isPage(request: FastifyRequest): boolean {
  const path = request.url.split('?')[0] ?? '/';
  return (
    request.method === 'GET' &&
    (request.headers.accept ?? '').includes('text/html') &&
    !/^\/(v1|docs|metrics|assets)(\/|$)/.test(path)
  );
}

function sendIndex(reply: FastifyReply) {
  return reply.code(200).sendFile('index.html');
}

function sendNotBuilt(reply: FastifyReply) {
  return reply
    .code(200)
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(`<!doctype html><html lang="en"><meta charset="utf-8"><title>Sandglass</title>
<body style="font:16px/1.6 system-ui;max-width:40rem;margin:15vh auto;padding:0 1rem">
<h1>The console is not built yet</h1>
<p>The server runs and its API answers. Build the console with <code>npm run build</code>, then reload this page.</p>
<p>The API is described at <a href="/docs">/docs</a>.</p></body></html>`);
}
