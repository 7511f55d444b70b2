/** The fake machine's loopback: each of its ports is a free port of the real one. */
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import { AppError, type PortInfo } from '@sandglass/protocol';
import type { FakeProcess } from './fakeProcess.ts';

interface Listening {
  readonly server: Server;
  readonly owner: FakeProcess | null;
}

export class FakePorts {
  readonly #listening = new Map<number, Listening>();

  list(): Omit<PortInfo, 'previewUrl'>[] {
    return [...this.#listening].map(([port, { owner }]) => ({
      port,
      address: '127.0.0.1',
      pid: owner?.pid ?? null,
      process: owner?.command[0] ?? null,
    }));
  }

  async listen(port: number): Promise<Server> {
    return await this.#listen(port, createServer(), null);
  }

  async connect(port: number): Promise<Duplex> {
    const address = this.#listening.get(port)?.server.address() as AddressInfo | undefined | null;
    if (!address) throw new AppError('portClosed', `Nothing listens on port ${port} of the sandbox.`);
    const socket = connect({ host: '127.0.0.1', port: address.port });
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return socket;
  }

  /** Answers HTTP with `body` and what was asked, until `signal` aborts; then rejects with its reason. */
  async serve(port: number, options: { body: string; owner: FakeProcess | null; signal: AbortSignal }): Promise<void> {
    const { body, owner, signal } = options;
    const http = createHttpServer((request, response) => {
      response.setHeader('content-type', 'text/plain');
      response.end(`${body}\n${request.method} ${request.url}\n${JSON.stringify(request.headers)}\n`);
    });
    await this.#listen(port, http, owner);
    if (!signal.aborted)
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    http.closeAllConnections();
    http.close();
    signal.throwIfAborted();
  }

  close(): void {
    for (const { server } of this.#listening.values()) server.close();
    this.#listening.clear();
  }

  async #listen(port: number, server: Server, owner: FakeProcess | null): Promise<Server> {
    if (this.#listening.get(port)?.server.listening) throw new AppError('alreadyExists', `Port ${port} is taken.`);
    this.#listening.set(port, { server, owner });
    server.on('close', () => {
      if (this.#listening.get(port)?.server === server) this.#listening.delete(port);
    });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    return server;
  }
}
