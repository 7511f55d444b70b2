/** A real HTTP and WebSocket server on loopback that says what a test tells it to: for breaking off in the middle of things. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket as TcpSocket } from 'node:net';
import {
  type ClientMessage,
  encodeFrame,
  type FrameKind,
  type ServerMessage,
  STREAM_VERSION,
} from '@sandglass/protocol';
import { type WebSocket, WebSocketServer } from 'ws';

/** One accepted WebSocket, from the server's side. */
export class Peer {
  readonly received: ClientMessage[] = [];
  readonly socket: WebSocket;
  readonly closed: Promise<void>;
  readonly #waiting = new Set<() => void>();

  constructor(socket: WebSocket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.on('close', () => resolve()));
    socket.on('message', (data) => {
      this.received.push(JSON.parse(String(data)));
      for (const check of [...this.#waiting]) check();
    });
  }

  /** Resolves with the first message, received already or not, that fits. */
  expect<T extends ClientMessage['type']>(
    type: T,
    fits: (message: Extract<ClientMessage, { type: T }>) => boolean = () => true,
  ): Promise<Extract<ClientMessage, { type: T }>> {
    return new Promise((resolve) => {
      const check = () => {
        const found = this.received.find(
          (m): m is Extract<ClientMessage, { type: T }> => m.type === type && fits(m as never),
        );
        if (found === undefined) return;
        this.#waiting.delete(check);
        resolve(found);
      };
      this.#waiting.add(check);
      check();
    });
  }

  say(message: object): void {
    this.socket.send(JSON.stringify({ v: STREAM_VERSION, ...message }));
  }

  opened(channel: number, rest: Partial<Extract<ServerMessage, { type: 'opened' }>> = {}): void {
    this.say({ type: 'opened', channel, seq: 0, resumed: false, mayInput: true, ...rest });
  }

  bytes(kind: FrameKind, frame: { channel: number; seq: number; payload: Uint8Array | string }): void {
    const payload = typeof frame.payload === 'string' ? new TextEncoder().encode(frame.payload) : frame.payload;
    this.socket.send(encodeFrame({ kind, channel: frame.channel, seq: frame.seq, atUs: 0, payload }));
  }

  /** Breaks the connection as a crash does. */
  break(): void {
    this.socket.terminate();
  }
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface ScriptedServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** `METHOD /path` of every request, in order. */
  readonly requests: string[];
  handle: Handler;
  /** The next WebSocket to come in. */
  nextPeer(): Promise<Peer>;
  readonly peers: Peer[];
  readonly connections: Set<TcpSocket>;
}

export function reply(response: ServerResponse, status: number, body?: unknown): void {
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(body === undefined ? '' : JSON.stringify(body));
}

export async function startScriptedServer(
  handle: Handler = (_, response) => reply(response, 404),
  port = 0,
): Promise<ScriptedServer> {
  const requests: string[] = [];
  const peers: Peer[] = [];
  const unclaimed: Peer[] = [];
  const claims: ((peer: Peer) => void)[] = [];
  const connections = new Set<TcpSocket>();
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    self.handle(request, response);
  });
  const sockets = new WebSocketServer({ server, path: '/v1/stream', perMessageDeflate: false });
  sockets.on('connection', (socket) => {
    const peer = new Peer(socket);
    peers.push(peer);
    const claim = claims.shift();
    if (claim === undefined) unclaimed.push(peer);
    else claim(peer);
  });
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  const self: ScriptedServer = {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    requests,
    handle,
    peers,
    connections,
    nextPeer: () => {
      const ready = unclaimed.shift();
      return ready === undefined ? new Promise((resolve) => claims.push(resolve)) : Promise.resolve(ready);
    },
    async [Symbol.asyncDispose]() {
      for (const peer of peers) peer.socket.terminate();
      sockets.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return self;
}
