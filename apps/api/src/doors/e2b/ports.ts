/** Traffic to a port of a sandbox: HTTP and WebSocket, as the program there would get it from anywhere. */
import { type IncomingMessage, type OutgoingHttpHeaders, request as sendRequest } from 'node:http';
import { type Duplex, pipeline } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { isAppError, type SandboxId } from '@sandglass/protocol';
import { forwardedHeaders, returnedHeaders } from '../../preview/headers.ts';
import type { Services } from '../../services.ts';
import { ProxyError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { vendorId } from './facts.ts';

export interface PortTarget {
  readonly machine: Services['machine'];
  readonly sandbox: SandboxId;
  readonly port: number;
  readonly scheme: 'http' | 'https';
  /** The program there speaks TLS itself, with whatever certificate. */
  readonly speaksTls: boolean;
  /** What the program takes for its own name, where that was asked for. */
  readonly maskHost: string | undefined;
}

const CONNECT_TIMEOUT_MS = 10_000;

/** @throws ProxyError when nothing listens there, or it closes without an answer. */
export async function passRequest({ request, response }: Exchange, target: PortTarget): Promise<void> {
  const socket = await open(target);
  const outgoing = send(request, socket, target);
  response.once('close', () => outgoing.destroy());
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve);
    outgoing.once('error', () => reject(closed(target)));
  });
  pipeline(request, outgoing, () => {});
  const incoming = await answer;
  response.writeHead(incoming.statusCode ?? 502, returnedHeaders(incoming));
  pipeline(incoming, response, () => {});
}

export async function passUpgrade(
  request: IncomingMessage,
  client: Duplex,
  head: Buffer,
  target: PortTarget,
): Promise<void> {
  const socket = await open(target);
  const outgoing = send(request, socket, target, request.headers.upgrade ?? 'websocket');
  client.once('close', () => outgoing.destroy());
  outgoing.end();
  await new Promise<void>((resolve, reject) => {
    outgoing.once('error', () => reject(closed(target)));
    outgoing.once('response', (incoming) => {
      client.end(`${headOf(incoming, { connection: 'close' })}`);
      incoming.resume();
      resolve();
    });
    outgoing.once('upgrade', (incoming, server, serverHead) => {
      client.write(headOf(incoming, { connection: 'Upgrade', upgrade: incoming.headers.upgrade ?? 'websocket' }));
      if (serverHead.length > 0) client.write(serverHead);
      if (head.length > 0) server.write(head);
      pipeline(client, server, () => client.destroy());
      pipeline(server, client, () => server.destroy());
      resolve();
    });
  });
}

async function open(target: PortTarget): Promise<Duplex> {
  const connecting = target.machine.connectPort(target.sandbox, target.port);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(closed(target));
      connecting.then((socket) => socket.destroy()).catch(() => {});
    }, CONNECT_TIMEOUT_MS);
  });
  try {
    const socket = await Promise.race([connecting, late]);
    return target.speaksTls ? connectTls({ socket, rejectUnauthorized: false }) : socket;
  } catch (error) {
    if (isAppError(error) && error.code === 'portClosed') throw closed(target);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

const closed = ({ sandbox, port }: PortTarget) => ProxyError.portClosed(vendorId(sandbox), port);

function send(request: IncomingMessage, socket: Duplex, target: PortTarget, upgrade?: string) {
  const { host, ...headers } = forwardedHeaders(request, {
    scheme: target.scheme,
    ...(upgrade === undefined ? {} : { upgrade }),
  });
  // What is of HTTP/2 alone, and what nobody in a sandbox may see: a key of this server.
  const plain = Object.fromEntries(
    Object.entries(headers).filter(([name]) => !name.startsWith(':') && name !== 'x-api-key'),
  );
  const named = host ?? request.headers[':authority'];
  const mask = target.maskHost?.replaceAll(/\$\{?PORT\}?/g, String(target.port));
  const withHost: OutgoingHttpHeaders = { Host: mask ?? (typeof named === 'string' ? named : 'localhost'), ...plain };
  return sendRequest({
    // Without an agent: a connection of a sandbox is used for one request and never kept.
    createConnection: () => socket,
    method: request.method,
    path: request.url ?? '/',
    setHost: false,
    headers: withHost,
  });
}

function headOf(incoming: IncomingMessage, extra: Record<string, string>): string {
  const lines = Object.entries({ ...returnedHeaders(incoming), ...extra }).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => `${name}: ${one}\r\n`),
  );
  return `HTTP/1.1 ${incoming.statusCode} ${incoming.statusMessage ?? ''}\r\n${lines.join('')}\r\n`;
}
