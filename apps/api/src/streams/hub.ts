import { randomUUID } from 'node:crypto';
import type { FastifyBaseLogger } from 'fastify';
import type { WebSocket } from 'ws';
import type { Identity, IdentityEnd, Principal } from '../identity/identity.ts';
import type { Services } from '../services.ts';
import { Connection } from './connection.ts';
import { Presence } from './presence.ts';
import { StatsSampler } from './sampler.ts';
import { TerminalSizing } from './sizing.ts';

const BEAT_MS = 10_000;
/** A restart takes less; a viewer that came earlier would only find the door closed. */
const COME_BACK_MS = 1_000;
/** How long a viewer has to answer the close before its socket is cut. */
const GOODBYE_MS = 1_000;

export interface StreamHubOptions {
  readonly services: Services;
  readonly identity: Identity;
  readonly logger: FastifyBaseLogger;
  readonly strict: boolean;
}

/** All stream connections of this server. */
export class StreamHub {
  readonly #options: StreamHubOptions;
  readonly #connections = new Set<Connection>();
  readonly #sizing = new TerminalSizing();
  readonly #sampler: StatsSampler;
  readonly #presence: Presence;
  readonly #stopIdentity: () => void;
  readonly #timer: NodeJS.Timeout;
  #phase: 'open' | 'closing' = 'open';
  #onEmpty: (() => void) | null = null;
  #sentBytes = 0;

  constructor(options: StreamHubOptions) {
    this.#options = options;
    const now = () => options.identity.nowMs;
    this.#sampler = new StatsSampler((sandbox) => options.services.sandboxes.stats(sandbox), now);
    this.#presence = new Presence(now);
    this.#stopIdentity = options.identity.onEnd((end) => this.#handleEnd(end));
    this.#timer = setInterval(() => this.beat(), BEAT_MS);
    this.#timer.unref();
  }

  get counts(): { connections: number; channels: ReadonlyMap<string, number>; sentBytes: number; samplers: number } {
    const channels = new Map<string, number>();
    for (const connection of this.#connections)
      for (const channel of connection.channels)
        channels.set(channel.topic.kind, (channels.get(channel.topic.kind) ?? 0) + 1);
    return {
      connections: this.#connections.size,
      channels,
      sentBytes: this.#sentBytes,
      samplers: this.#sampler.running,
    };
  }

  accept(socket: WebSocket, principal: Principal): void {
    if (this.#phase === 'closing') {
      socket.close(1001, 'the server is closing');
      return;
    }
    const { services, logger, strict, identity } = this.#options;
    const connection: Connection = new Connection({
      id: `str_${randomUUID()}`,
      socket,
      context: { services, principal, sizing: this.#sizing, sampler: this.#sampler, presence: this.#presence },
      logger,
      strict,
      now: () => identity.nowMs,
      onBytes: (count) => {
        this.#sentBytes += count;
      },
      onClose: () => {
        this.#connections.delete(connection);
        if (this.#connections.size === 0) this.#onEmpty?.();
      },
    });
    this.#connections.add(connection);
  }

  /** Pings everybody, ends the dead and the expired, and tells the idle policy who is looking. */
  beat(): void {
    for (const connection of [...this.#connections]) {
      connection.beat();
      for (const { topic } of connection.channels)
        if (topic.kind === 'terminal' || topic.kind === 'screen' || topic.kind === 'exec')
          this.#options.services.sandboxes.touch(topic.sandbox);
    }
  }

  /** Asks every viewer to come back later; cuts those that do not answer. */
  async close(): Promise<void> {
    if (this.#phase === 'closing') return;
    this.#phase = 'closing';
    clearInterval(this.#timer);
    this.#stopIdentity();
    if (this.#connections.size === 0) return;
    const emptied = new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
    for (const connection of [...this.#connections]) connection.leave(COME_BACK_MS);
    const cut = setTimeout(() => {
      for (const connection of [...this.#connections]) connection.terminate();
    }, GOODBYE_MS);
    await emptied;
    clearTimeout(cut);
  }

  #handleEnd(end: IdentityEnd): void {
    for (const connection of [...this.#connections]) {
      const { token, session } = connection.principal;
      const ended = 'token' in end ? token.id === end.token : session?.hash === end.session;
      if (ended) connection.close('unauthenticated', 'the token was revoked or the session closed');
    }
  }
}
