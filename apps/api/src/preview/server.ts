/** The preview server: another origin for every port of every sandbox. It forwards to the sandbox its host name names, or nowhere. */
import { createServer, type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type Duplex, pipeline } from 'node:stream';
import { AppError, type SandboxId, type TokenId, toAppError } from '@sandglass/protocol';
import type { PreviewService } from '../services.ts';
import { type PreviewTarget, parsePreviewHost, previewDomain, previewLabel } from './address.ts';
import { PREVIEW_COOKIE, previewCookie, readCookie } from './cookies.ts';
import { forwardedHeaders, returnedHeaders } from './headers.ts';
import { sendError } from './pages.ts';
import { Passes, type Session } from './passes.ts';

const TICKET = 'sandglass_ticket';
const CONNECT_TIMEOUT_MS = 10_000;
const RESPONSE_TIMEOUT_MS = 120_000;
const MAX_CONNECTIONS = 1024;

export interface PreviewServerOptions {
  /** A new connection to a port of a sandbox; rejects with an AppError that says why not. */
  readonly connect: (sandbox: SandboxId, port: number) => Promise<Duplex>;
  /** When a token ends; null: never. Undefined: it is no longer known. */
  readonly tokenEnd: (token: TokenId) => Promise<number | null | undefined>;
  /** Names, besides localhost, below which previews may live. */
  readonly names: readonly string[];
  readonly domain: string | null;
  readonly tls: { readonly certificate: string; readonly key: string } | null;
  readonly random: (bytes: number) => Uint8Array;
  readonly now: () => number;
}

export interface PreviewServer extends PreviewService {
  /** Resolves with the port. */
  listen(options: { host: string; port: number }): Promise<number>;
  /** A token was revoked: what it opened is closed. */
  revoke(token: TokenId): void;
  close(): Promise<void>;
}

export function createPreviewServer(options: PreviewServerOptions): PreviewServer {
  const passes = new Passes(options);
  const names = new Set(
    [...options.names, ...(options.domain === null ? [] : [options.domain])].map((n) => n.toLowerCase()),
  );
  const domains = new Set(['localhost', ...names]);
  const scheme = options.tls ? 'https' : 'http';
  /** Long-lived connections by the token they hang on. */
  const upgraded = new Map<Duplex, TokenId>();

  const admit = (request: IncomingMessage): { target: PreviewTarget; session: Session | null } => {
    const target = parsePreviewHost(request.headers.host, domains);
    if (!target) throw new AppError('badOrigin', 'No preview has this host name. Open the port from the console.');
    const cookie = readCookie(request.headers.cookie, PREVIEW_COOKIE);
    const session = cookie === undefined ? null : passes.find(cookie, target);
    refuseForeign(request, session);
    return { target, session };
  };

  /** The cookie is Lax, so foreign pages cannot use it but to navigate; this holds where a browser does not know Lax. */
  const refuseForeign = (request: IncomingMessage, session: Session | null): void => {
    const { origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = request.headers;
    if (!session) return;
    const foreign = site === 'cross-site' && mode !== 'navigate';
    const changes = request.method !== 'GET' && request.method !== 'HEAD';
    const foreignOrigin = origin !== undefined && origin !== `${scheme}://${request.headers.host?.toLowerCase()}`;
    if (foreign || (foreignOrigin && (changes || request.headers.upgrade !== undefined)))
      throw new AppError('badOrigin', 'Pages of another origin may not use this preview.');
  };

  const trade = (request: IncomingMessage, response: ServerResponse, target: PreviewTarget): boolean => {
    const url = new URL(request.url ?? '/', 'http://preview');
    const ticket = url.searchParams.get(TICKET);
    if (ticket === null) return false;
    const traded = passes.redeem(ticket, target);
    url.searchParams.delete(TICKET);
    // A used ticket in a reloaded or bookmarked address does no harm: without a session the next page says what to do.
    const headers: Record<string, string> = traded
      ? { 'set-cookie': previewCookie(traded.secret, { maxAgeMs: traded.maxAgeMs, secure: options.tls !== null }) }
      : {};
    response.writeHead(303, {
      ...headers,
      location: url.pathname.replace(/^\/+/, '/') + url.search,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    });
    response.end();
    return true;
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { target, session } = admit(request);
    if ((request.method === 'GET' || request.method === 'HEAD') && trade(request, response, target)) return;
    if (!session) throw closed();
    const socket = await connectSoon(target);
    const outgoing = openRequest(request, socket);
    response.once('close', () => outgoing.destroy());
    const incoming = await answerOf(outgoing, request);
    response.writeHead(incoming.statusCode ?? 502, incoming.statusMessage, returnedHeaders(incoming));
    pipeline(incoming, response, () => {});
  };

  const handleUpgrade = async (request: IncomingMessage, client: Duplex, head: Buffer): Promise<void> => {
    const { target, session } = admit(request);
    if (!session) throw closed();
    const socket = await connectSoon(target);
    const outgoing = openRequest(request, socket, { upgrade: request.headers.upgrade ?? 'websocket' });
    client.once('close', () => outgoing.destroy());
    outgoing.end();
    await new Promise<void>((resolve, reject) => {
      outgoing.once('error', reject);
      outgoing.once('response', (incoming) => {
        client.end(rawHead(incoming));
        incoming.resume();
        resolve();
      });
      outgoing.once('upgrade', (incoming, server, serverHead) => {
        client.write(rawHead(incoming, { upgrade: true }));
        if (serverHead.length > 0) client.write(serverHead);
        if (head.length > 0) server.write(head);
        upgraded.set(client, session.token);
        client.once('close', () => upgraded.delete(client));
        pipeline(client, server, () => client.destroy());
        pipeline(server, client, () => server.destroy());
        resolve();
      });
    });
  };

  const connectSoon = async ({ sandbox, port }: PreviewTarget): Promise<Duplex> => {
    let timer: NodeJS.Timeout | undefined;
    const connecting = options.connect(sandbox, port);
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new AppError('timeout', 'The sandbox did not take the connection in time. Reload to try again.'));
        connecting.then((socket) => socket.destroy()).catch(() => {});
      }, CONNECT_TIMEOUT_MS);
    });
    try {
      return await Promise.race([connecting, late]);
    } finally {
      clearTimeout(timer);
    }
  };

  const openRequest = (request: IncomingMessage, socket: Duplex, extra: { upgrade?: string } = {}) =>
    sendRequest({
      // Without an agent: a connection of a sandbox is used for one request and never kept.
      createConnection: () => socket,
      method: request.method,
      path: request.url ?? '/',
      setHost: false,
      headers: forwardedHeaders(request, { scheme, ...extra }),
    });

  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    handle(request, response).catch((error: unknown) => sendError(request, response, toAppError(error)));
  };
  const server = options.tls
    ? createSecureServer({ cert: options.tls.certificate, key: options.tls.key }, onRequest)
    : createServer({ maxHeaderSize: 65_536 }, onRequest);
  server.maxConnections = MAX_CONNECTIONS;
  server.on('upgrade', (request: IncomingMessage, client: Duplex, head: Buffer) => {
    client.on('error', () => client.destroy());
    handleUpgrade(request, client, head).catch((error: unknown) => {
      const { status, message } = toAppError(error);
      client.end(
        `HTTP/1.1 ${status} Refused\r\ncontent-type: text/plain; charset=utf-8\r\nconnection: close\r\n\r\n${message}\n`,
      );
    });
  });
  let port: number | null = null;

  return {
    async open(caller, sandbox, wanted, { host }) {
      if (port === null) throw new AppError('unavailable', 'Previews are not ready. Try again in a moment.');
      const target = { sandbox, port: wanted };
      const domain = previewDomain(host, { domain: options.domain, names });
      const end = await options.tokenEnd(caller.token);
      if (end === undefined) throw new AppError('unauthenticated', 'The token is no longer known.');
      const { secret, expiresAtMs } = passes.ticket(target, caller.token, end ?? Number.MAX_SAFE_INTEGER);
      return { url: `${scheme}://${previewLabel(target)}.${domain}:${port}/?${TICKET}=${secret}`, expiresAtMs };
    },
    async listen({ host, port: wanted }) {
      await new Promise<void>((resolve, reject) => server.once('error', reject).listen(wanted, host, resolve));
      port = (server.address() as AddressInfo).port;
      return port;
    },
    revoke(token) {
      passes.revoke(token);
      for (const [client, owner] of upgraded) if (owner === token) client.destroy();
    },
    async close() {
      port = null;
      for (const client of upgraded.keys()) client.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function closed(): AppError {
  return new AppError(
    'unauthenticated',
    'This preview is not open here, or its time is over. Open the port again from the console.',
  );
}

/** Sends the body and waits for the head of the answer. */
async function answerOf(outgoing: ReturnType<typeof sendRequest>, request: IncomingMessage): Promise<IncomingMessage> {
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve);
    outgoing.once('error', (error) =>
      reject(
        new AppError('portClosed', 'The program on this port closed the connection without an answer.', {
          cause: error,
        }),
      ),
    );
    outgoing.setTimeout(RESPONSE_TIMEOUT_MS, () => {
      reject(new AppError('timeout', 'The program on this port did not answer in time.'));
      outgoing.destroy();
    });
  });
  pipeline(request, outgoing, () => {});
  return await answer;
}

function rawHead(incoming: IncomingMessage, extra: { upgrade?: boolean } = {}): string {
  const headers = returnedHeaders(incoming);
  if (extra.upgrade)
    Object.assign(headers, { connection: 'Upgrade', upgrade: incoming.headers.upgrade ?? 'websocket' });
  else Object.assign(headers, { connection: 'close' });
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => `${name}: ${one}\r\n`),
  );
  return `HTTP/1.1 ${incoming.statusCode} ${incoming.statusMessage ?? ''}\r\n${lines.join('')}\r\n`;
}
