/** A request and its response, read and answered the same way over HTTP/1.1 and HTTP/2. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '@sandglass/protocol';
import type { z } from 'zod';

/** More than any request of the SDK but a file's content. */
export const MAX_JSON_BYTES = 4_194_304;

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
}

export function exchangeOf(request: IncomingMessage, response: ServerResponse): Exchange {
  const [path = '/', query = ''] = splitOnce(request.url ?? '/', '?');
  return { request, response, method: request.method ?? 'GET', path, query: new URLSearchParams(query) };
}

export function header({ request }: Pick<Exchange, 'request'>, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

export function sendJson(
  { request, response }: Exchange,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const text = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': text.length,
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(text);
  drain(request, response);
}

export function sendNothing({ request, response }: Exchange, status = 204): void {
  response.writeHead(status, { 'cache-control': 'no-store' });
  response.end();
  drain(request, response);
}

/** How long the rest of a body is read and thrown away, so that its sender gets to see the answer. */
const DRAIN_MS = 5_000;

function drain(request: IncomingMessage, response: ServerResponse): void {
  if (request.complete || request.destroyed) return;
  const timer = setTimeout(() => request.destroy(), DRAIN_MS);
  request.once('close', () => clearTimeout(timer));
  request.once('end', () => clearTimeout(timer));
  response.once('close', () => clearTimeout(timer));
  request.resume();
}

/** @throws AppError `tooLarge`, or `badRequest` when the sender went away. */
export async function readBody(request: IncomingMessage, maxBytes = MAX_JSON_BYTES): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes)
        throw new AppError('tooLarge', `The body is larger than ${maxBytes} bytes. Send content as a file.`);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('badRequest', 'The request broke off.', { cause: error });
  }
  return Buffer.concat(chunks);
}

export async function readJson<S extends z.ZodType>({ request }: Exchange, schema: S): Promise<z.output<S>> {
  const bytes = await readBody(request);
  return parseJson(bytes.length === 0 ? '{}' : bytes.toString('utf8'), schema);
}

/** Fields that a newer client sends and we do not know are left out. */
export function parseJson<S extends z.ZodType>(text: string, schema: S): z.output<S> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new AppError('badRequest', 'The body is not valid JSON.');
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new AppError('badRequest', `${issue?.path.map(String).join('.') || 'body'}: ${issue?.message ?? 'not valid'}`);
}

function splitOnce(text: string, at: string): [string, string?] {
  const index = text.indexOf(at);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}
