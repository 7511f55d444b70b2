/** A port of its own where host names lead into sandboxes: `<port>-<id>.<domain>`, over TLS with HTTP/2 or HTTP/1.1. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Certificate } from './certificate.ts';
import type { E2bDoor } from './door.ts';

export class NamesListener {
  readonly #server: Http2SecureServer;
  readonly #name: string;
  readonly #sockets = new Set<Socket>();

  /** `name`: the domain, without a port. */
  constructor(door: E2bDoor, name: string, { certificate, key }: Certificate) {
    this.#name = name;
    this.#server = createSecureServer({
      allowHTTP1: true,
      cert: certificate,
      key,
      // As many streams of one client at once as its SDK opens.
      settings: { maxConcurrentStreams: 4_096 },
    });
    // What comes by HTTP/2 has the same face.
    this.#server.on('request', (request, response) => {
      void door.handle(request as unknown as IncomingMessage, response as unknown as ServerResponse, this.domain);
    });
    this.#server.on('upgrade', (request: IncomingMessage, client: Duplex, head: Buffer) => {
      void door.handleUpgrade(request, client, head, this.domain);
    });
    this.#server.on('secureConnection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      socket.on('error', () => socket.destroy());
    });
    this.#server.on('sessionError', () => {});
    this.#server.on('tlsClientError', () => {});
    // Streams that say nothing for long are kept alive by their own messages.
    this.#server.setTimeout(0);
  }

  /** With its port, as clients are told; null before it listens. */
  get domain(): string | null {
    const address = this.#server.address() as AddressInfo | null;
    return address && `${this.#name}:${address.port}`;
  }

  async listen(where: { host: string; port: number }): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(where.port, where.host, () => {
        this.#server.removeListener('error', reject);
        resolve();
      });
    });
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
