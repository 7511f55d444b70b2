/** A Connect stream from us to a client: messages in order, a keepalive when nothing else was said, one end. */
import { once } from 'node:events';
import { type AppError, toAppError } from '@sandglass/protocol';
import { connectError } from '../errors.ts';
import { type Exchange, header } from '../exchange.ts';
import { endFrame, frame } from './frames.ts';

/** As the vendor's own. */
const KEEPALIVE_S = 90;

export class ServerStream {
  readonly #exchange: Exchange;
  readonly #keepalive: unknown;
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  /** `keepalive`: the message that says nothing; null until the first real one has been sent. */
  constructor(exchange: Exchange, keepalive: unknown) {
    this.#exchange = exchange;
    this.#keepalive = keepalive;
    const { response } = exchange;
    response.once('close', () => {
      clearInterval(this.#timer);
      this.#controller.abort();
    });
    response.on('error', () => {});
    response.writeHead(200, { 'content-type': 'application/connect+json', 'cache-control': 'no-store' });
    // A call that is held has nothing to say for a while: that it was taken is said at once.
    response.flushHeaders();
  }

  /** Aborted when the client has gone or the stream has ended. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** From now on silence is broken. */
  keepAlive(): void {
    const asked = Number(header(this.#exchange, 'keepalive-ping-interval'));
    const everyS = Number.isFinite(asked) && asked >= 1 ? Math.min(asked, 3_600) : KEEPALIVE_S;
    this.#timer = setInterval(() => void this.#write(frame(this.#keepalive)), everyS * 1_000);
    this.#timer.unref();
  }

  /** Resolves when there is room for more; at once when the client has gone. */
  async send(message: unknown): Promise<void> {
    this.#timer?.refresh();
    await this.#write(frame(message));
  }

  end(error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    clearInterval(this.#timer);
    const { response } = this.#exchange;
    if (response.destroyed) return;
    response.end(endFrame(error === undefined ? undefined : connectError(toAppError(error) as AppError)));
  }

  /** The sandbox has gone: cut off, so that nobody takes it for an end. */
  reset(): void {
    this.#ended = true;
    clearInterval(this.#timer);
    const { request, response } = this.#exchange;
    const { stream } = response as unknown as { stream?: { close?: (code: number) => void } };
    // HTTP/2: INTERNAL_ERROR of this stream alone.
    if (typeof stream?.close === 'function') stream.close(2);
    else request.socket.destroy();
  }

  async #write(bytes: Buffer): Promise<void> {
    const { response } = this.#exchange;
    if (this.#ended || this.signal.aborted || response.destroyed) return;
    if (response.write(bytes)) return;
    await once(response, 'drain', { signal: this.signal }).catch(() => {});
  }
}
