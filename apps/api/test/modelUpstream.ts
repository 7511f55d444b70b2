/** A model's server for tests: it speaks the real APIs, streams included, and says what it was asked. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface AskedOfModel {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface ModelUpstream extends AsyncDisposable {
  readonly url: string;
  readonly asked: AskedOfModel[];
  /** How the next request is answered. */
  answer: (asked: AskedOfModel, reply: ServerResponse) => void;
}

export async function openModelUpstream(): Promise<ModelUpstream> {
  const asked: AskedOfModel[] = [];
  const upstream = { asked, answer: (_asked: AskedOfModel, reply: ServerResponse) => void reply.end() };
  const server = createServer((request, reply) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = { path: request.url!, headers: request.headers, body: Buffer.concat(chunks).toString('utf8') };
      asked.push(one);
      upstream.answer(one, reply);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(upstream, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

/** Server-sent events as the providers frame them. */
export const sse = (events: readonly { readonly type?: string }[], named = true): string =>
  events
    .map(
      (event) =>
        `${named && event.type !== undefined ? `event: ${event.type}\n` : ''}data: ${JSON.stringify(event)}\n\n`,
    )
    .join('');

export function stream(reply: ServerResponse, text: string): void {
  reply.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'request-id': 'req_upstream' });
  reply.end(text);
}

export function json(
  reply: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  reply.writeHead(status, { 'content-type': 'application/json', ...headers });
  reply.end(JSON.stringify(value));
}
