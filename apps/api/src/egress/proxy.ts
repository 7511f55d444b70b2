/**
 * The only way out of a sandbox: an HTTP proxy on its loopback (CONNECT, and plain HTTP by absolute URL). What no rule allows is
 * refused, and every request is reported when it has ended. Its input is hostile: sizes, times and counts are bounded.
 */
import { Agent, createServer, type Server as HttpServer, type IncomingMessage } from 'node:http';
import { connect, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { EgressPolicy, SandboxId } from '@sandglass/protocol';
import { checkedLookup, RefusedAddressError, type ResolveAll, resolveAll } from './checkedLookup.ts';
import { forward } from './forward.ts';
import { type EgressRequest, Passage, type Target } from './passage.ts';
import { judge, judgeTarget, normalHost } from './policy.ts';
import { refusalText, refuseTunnel, reply, unreachableText } from './refusals.ts';

export interface EgressProxyOptions {
  readonly sandbox: SandboxId;
  /** Asked for every request, so that a change counts at once. */
  readonly policy: () => EgressPolicy;
  readonly onRequest: (request: EgressRequest) => void;
  readonly resolve?: ResolveAll;
  readonly nowMs?: () => number;
}

export interface EgressProxy {
  /** Takes the connections of a socket that listens inside the sandbox. */
  serve(listener: Server): void;
  /** Ends what is on its way and no longer allowed. */
  recheck(): void;
  close(): void;
}

const MAX_CONNECTIONS = 256;
const CONNECT_TIMEOUT_MS = 15_000;
/** A tunnel in which nothing moves for so long is given up. */
const QUIET_TIMEOUT_MS = 15 * 60_000;

export function createEgressProxy(options: EgressProxyOptions): EgressProxy {
  const { nowMs = () => performance.now() } = options;
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 8, timeout: 60_000 });
  const listeners = new Set<Server>();
  const sockets = new Set<Socket>();
  /** What is on its way; where it leads is known once there is a connection. */
  const open = new Map<Passage, { end(): void; address(): string | undefined }>();

  const passage = (target: Target, method: string, path: string | null) => {
    const passing: Passage = new Passage(
      { target, method, path },
      {
        nowMs,
        report: (request) => {
          open.delete(passing);
          options.onRequest(request);
        },
      },
    );
    return passing;
  };

  const judging = (target: Target) => (address: string) => judge(options.policy(), target, normalHost(address));
  const lookupOf = (target: Target) => checkedLookup(options.resolve ?? resolveAll, judging(target));
  const wording = (target: Target) => (judgement: RefusedAddressError['judgement']) =>
    refusalText(judgement, options.sandbox, target);

  /** Null when it may be tried; else why not, in words for who asked. */
  const refuse = (target: Target): string | null => {
    const judgement = judgeTarget(options.policy(), target);
    return judgement === 'allowed' ? null : wording(target)(judgement);
  };

  const http: HttpServer = createServer(
    {
      maxHeaderSize: 32_768,
      headersTimeout: 30_000,
      requestTimeout: 0,
      keepAliveTimeout: 30_000,
      connectionsCheckingInterval: 10_000,
    },
    (request, response) => {
      const target = absoluteTarget(request);
      if (typeof target === 'string') {
        reply(response, 400, target);
        return;
      }
      const passing = passage(target, request.method ?? 'GET', target.path);
      const refusal = refuse(target);
      if (refusal !== null) {
        passing.end('denied', 403);
        reply(response, 403, refusal);
        return;
      }
      const way = forward(request, response, {
        target,
        path: target.path,
        agent,
        lookup: lookupOf(target),
        judge: judging(target),
        refusal: wording(target),
        passing,
        connectTimeoutMs: CONNECT_TIMEOUT_MS,
      });
      open.set(passing, way);
    },
  );

  http.on('connect', (request: IncomingMessage, client: Duplex, head: Buffer) => {
    client.on('error', () => client.destroy());
    const target = authority(request.url ?? '');
    if (!target) {
      refuseTunnel(client, '400 Bad Request', 'CONNECT needs host:port.\n');
      return;
    }
    const passing = passage(target, 'CONNECT', null);
    const refusal = refuse(target);
    if (refusal !== null) {
      passing.end('denied', 403);
      refuseTunnel(client, '403 Forbidden', refusal);
      return;
    }
    openTunnel(client, head, passing);
  });
  http.on('clientError', (_error, socket) => {
    if (socket.writable)
      refuseTunnel(socket, '400 Bad Request', 'This is an HTTP proxy; the request was not understood.\n');
    else socket.destroy();
  });

  const openTunnel = (client: Duplex, head: Buffer, passing: Passage): void => {
    const { target } = passing;
    const server = connect({ ...target, lookup: lookupOf(target), timeout: CONNECT_TIMEOUT_MS });
    let state: 'connecting' | 'open' | 'closed' = 'connecting';
    const close = (): void => {
      if (state === 'closed') return;
      if (state === 'open') {
        passing.sentBytes = server.bytesWritten;
        passing.receivedBytes = server.bytesRead;
        passing.end('allowed', 200);
      } else passing.end('failed', null);
      state = 'closed';
      client.destroy();
      server.destroy();
    };
    open.set(passing, { end: close, address: () => server.remoteAddress });
    server.once('connect', () => {
      // The rules may have changed since it was looked up.
      const judgement = judging(target)(server.remoteAddress ?? '');
      if (judgement !== 'allowed') {
        server.destroy(new RefusedAddressError(judgement));
        return;
      }
      state = 'open';
      server.setTimeout(QUIET_TIMEOUT_MS);
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      if (head.length > 0) server.write(head);
      // Each direction ends by itself, so that a half-closed connection still delivers the other half.
      client.pipe(server);
      server.pipe(client);
    });
    server.once('timeout', () => {
      if (state === 'connecting') server.destroy(new Error('no answer'));
      else close();
    });
    server.once('error', (error) => {
      if (state !== 'connecting') return close();
      const isRefused = error instanceof RefusedAddressError;
      passing.end(isRefused ? 'denied' : 'failed', isRefused ? 403 : 502);
      state = 'closed';
      if (isRefused) refuseTunnel(client, '403 Forbidden', wording(target)(error.judgement));
      else refuseTunnel(client, '502 Bad Gateway', unreachableText(target, error));
    });
    server.once('close', close);
    client.once('close', close);
  };

  return {
    serve(listener) {
      listeners.add(listener);
      listener.maxConnections = MAX_CONNECTIONS;
      listener.on('connection', (socket) => {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
        socket.on('error', () => socket.destroy());
        http.emit('connection', socket);
      });
      listener.on('error', () => {});
    },
    recheck() {
      for (const [{ target }, { end, address }] of [...open]) {
        const at = address();
        if (at === undefined ? refuse(target) !== null : judging(target)(at) !== 'allowed') end();
      }
    },
    close() {
      for (const listener of listeners) listener.close();
      listeners.clear();
      for (const { end } of [...open.values()]) end();
      for (const socket of [...sockets]) socket.destroy();
      http.close();
      agent.destroy();
    },
  };
}

function absoluteTarget(request: IncomingMessage): (Target & { path: string }) | string {
  const url = URL.canParse(request.url ?? '') ? new URL(request.url!) : undefined;
  if (!url)
    return 'This is an HTTP proxy: it wants the whole URL in the request line (set HTTP_PROXY, do not open it).\n';
  if (url.protocol !== 'http:') return 'This proxy passes http:// by URL, and everything else through CONNECT.\n';
  return {
    host: normalHost(url.hostname),
    port: url.port === '' ? 80 : Number(url.port),
    path: url.pathname + url.search,
  };
}

function authority(text: string): Target | undefined {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]{1,253}):(\d{1,5})$/i.exec(text);
  const port = Number(match?.[2]);
  if (!match || port < 1 || port > 65_535) return undefined;
  return { host: normalHost(match[1]!), port };
}
