import type { FastifyInstance } from 'fastify';
import { docsPage, docsStyle } from './docsPage.ts';
import { openApiDocument } from './openApi.ts';

/** `/docs` for people, `/docs/openapi.json` for programs. Made from the routes when first asked for: it takes a sixth of a start. */
export async function mountDocs(app: FastifyInstance, options: { version: string }): Promise<void> {
  const document = once(() => openApiDocument(options.version));
  const json = once(() => JSON.stringify(document()));
  const page = once(() => docsPage(document()));
  app.get('/docs', (_request, reply) => {
    reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(page());
  });
  app.get('/docs/style.css', (_request, reply) => {
    reply.type('text/css; charset=utf-8').header('cache-control', 'no-cache').send(docsStyle);
  });
  app.get('/docs/openapi.json', (_request, reply) => {
    reply.type('application/json; charset=utf-8').header('cache-control', 'no-cache').send(json());
  });
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
