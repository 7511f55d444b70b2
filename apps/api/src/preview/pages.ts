import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AppError, toProblem } from '@sandglass/protocol';

/** What a person sees when there is nothing to show; a program gets problem+json. Nothing of the request is echoed. */
export function sendError(request: IncomingMessage, response: ServerResponse, error: AppError): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const problem = toProblem(error);
  const asPage = (request.headers.accept ?? '').includes('text/html');
  const body = asPage ? page(problem.title, problem.detail) : JSON.stringify(problem);
  response.writeHead(problem.status, {
    'content-type': asPage ? 'text/html; charset=utf-8' : 'application/problem+json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
    'x-content-type-options': 'nosniff',
    connection: 'close',
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function page(title: string, detail: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="dark light"><title>${escapeHtml(title)}</title>
<body style="font:16px/1.6 system-ui,sans-serif;max-width:36rem;margin:18vh auto;padding:0 1.5rem">
<h1 style="font-size:1.25rem;font-weight:600">${escapeHtml(title)}</h1><p>${escapeHtml(detail)}</p></body></html>`;
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}
