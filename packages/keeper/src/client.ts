/** The server's side of the keeper: typed verbs over Node IPC. Runs without privilege. */
import type { Server, Socket } from 'node:net';
import type { FromKeeper, KeeperErrorCode, KeeperNotice, Verb, Verbs } from './verbs.ts';

export type * from './verbs.ts';

export class KeeperError extends Error {
  override readonly name = 'KeeperError';
  readonly code: KeeperErrorCode;
  constructor(code: KeeperErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The half of `process` that carries IPC; injected so that tests can use a pair of ports. */
export interface IpcChannel {
  send(message: unknown): void;
  on(event: 'message', listener: (message: unknown, handle: unknown) => void): void;
  on(event: 'disconnect', listener: () => void): void;
}

interface Waiting {
  resolve(value: { reply: unknown; handle: unknown }): void;
  reject(error: Error): void;
}

export class Keeper {
  readonly #channel: IpcChannel;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Set<(notice: KeeperNotice) => void>();
  #next = 1;
  #lost = false;

  constructor(channel: IpcChannel) {
    this.#channel = channel;
    channel.on('message', (message, handle) => this.#receive(message as FromKeeper, handle));
    channel.on('disconnect', () => this.#lose());
  }

  /** @throws KeeperError with a code of the table. */
  async ask<V extends Verb>(verb: V, request: Verbs[V][0]): Promise<Verbs[V][1]> {
    return (await this.#send(verb, request)).reply as Verbs[V][1];
  }

  async listen(id: string, port: number): Promise<Server> {
    return (await this.#send('listen', { id, port })).handle as Server;
  }

  async connect(id: string, port: number): Promise<Socket> {
    return (await this.#send('connect', { id, port })).handle as Socket;
  }

  /** Returns the function that ends it. */
  onNotice(listener: (notice: KeeperNotice) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #send(verb: Verb, request: unknown): Promise<{ reply: unknown; handle: unknown }> {
    if (this.#lost) return Promise.reject(new KeeperError('internal', 'The keeper has gone.'));
    const ask = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(ask, { resolve, reject });
      this.#channel.send({ ask, verb, request });
    });
  }

  #receive(message: FromKeeper, handle: unknown): void {
    if ('notice' in message) {
      for (const listener of [...this.#listeners]) listener(message);
      return;
    }
    const waiting = this.#waiting.get(message.answer);
    if (!waiting) return;
    this.#waiting.delete(message.answer);
    if ('error' in message) waiting.reject(new KeeperError(message.error.code, message.error.message));
    else waiting.resolve({ reply: message.reply, handle });
  }

  #lose(): void {
    this.#lost = true;
    for (const waiting of this.#waiting.values()) waiting.reject(new KeeperError('internal', 'The keeper has gone.'));
    this.#waiting.clear();
  }
}
