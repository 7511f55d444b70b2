import type { FastifyInstance } from 'fastify';
import { docsPage, docsStyle } from './docsPage.ts';
import { openApiDocument } from './openApi.ts';

/** `/docs` for people, `/docs/openapi.json` for programs. Both are made once, from the routes. */
export async function mountDocs(app: FastifyInstance, options: { version: string }): Promise<void> {
  const document = openApiDocument(options.version);
  const json = JSON.stringify(document);
  const page = docsPage(document);
  app.get('/docs', (_request, reply) => {
    reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(page);
  });
  app.get('/docs/style.css', (_request, reply) => {
    reply.type('text/css; charset=utf-8').header('cache-control', 'no-cache').send(docsStyle);
  });
  app.get('/docs/openapi.json', (_request, reply) => {
    reply.type('application/json; charset=utf-8').header('cache-control', 'no-cache').send(json);
  });
}
