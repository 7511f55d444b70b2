/** Hands an upstream's reply on in the very turn in which it comes. */
import type { IncomingHttpHeaders } from 'node:http';
import { AppError, isAppError } from '@sandglass/protocol';
import type { Dispatcher } from 'undici';
import type { Listener } from './listener.ts';
import type { Head } from './outlet.ts';
import type { PassageOptions } from './passage.ts';

const NOT_RETURNED = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
  // Cookies of the upstream are of no use to an agent and would land on the console's origin.
  'set-cookie',
]);

export interface Went {
  readonly status: number;
  readonly bytes: number;
  /** When its head came. */
  readonly headMs: number;
}

interface Ending {
  resolve(went: Went): void;
  reject(error: unknown): void;
}

export class HandingOn implements Dispatcher.DispatchHandler {
  readonly #options: PassageOptions;
  readonly #listener: Listener;
  readonly #end: Ending;
  #went: Went | null = null;
  #own: unknown;
  #controller: Dispatcher.DispatchController | null = null;
  /** The agent does not wait any longer. */
  readonly #gone = () => {
    const reason = this.#options.signal.reason as Error;
    this.#end.reject(reason);
    this.#controller?.abort(reason);
  };

  constructor(options: PassageOptions, listener: Listener, end: Ending) {
    this.#options = options;
    this.#listener = listener;
    this.#end = end;
    options.signal.addEventListener('abort', this.#gone, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#options.signal.aborted) this.#gone();
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, given: IncomingHttpHeaders): void {
    // Early hints and the like: the reply itself comes after them.
    if (status < 200) return;
    this.#attempt(controller, () => {
      const headers: Record<string, string | string[]> = {};
      for (const [name, value] of Object.entries(given))
        if (value !== undefined && !NOT_RETURNED.has(name)) headers[name] = value;
      const isStream = /^text\/event-stream\b/i.test(String(given['content-type'] ?? ''));
      this.#went = { status, bytes: 0, headMs: this.#options.now() };
      const head: Head = { status, headers, isStream };
      this.#options.outlet.head(head);
      this.#listener.begin(head);
    });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#attempt(controller, () => {
      const { outlet, onFirstByte } = this.#options;
      const went = this.#went!;
      const full = outlet.write(chunk);
      if (went.bytes === 0 && onFirstByte !== undefined) setImmediate(onFirstByte);
      this.#went = { ...went, bytes: went.bytes + chunk.length };
      this.#listener.take(chunk);
      if (full === undefined) return;
      controller.pause();
      void full.then(() => controller.resume());
    });
  }

  onResponseEnd(): void {
    this.#options.signal.removeEventListener('abort', this.#gone);
    this.#end.resolve(this.#went!);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#options.signal.removeEventListener('abort', this.#gone);
    const own = this.#own ?? (isAppError(error) ? error : undefined);
    this.#end.reject(own ?? (this.#went === null ? this.#unreachable(error) : brokenOff(error)));
  }

  /** A mistake of ours is not the upstream's. */
  #attempt(controller: Dispatcher.DispatchController, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#own ??= error;
      controller.abort(error as Error);
    }
  }

  #unreachable(error: Error): AppError {
    const { hostname } = new URL(this.#options.url);
    return new AppError(
      'unavailable',
      `The model’s server ${hostname} cannot be reached (${reason(error)}). Check the upstream’s address and this machine’s network.`,
      { cause: error },
    );
  }
}

const brokenOff = (cause: Error): AppError =>
  new AppError('unavailable', 'The model’s reply broke off half-way. Ask again.', { cause });

const reason = (error: unknown): string => {
  const { code, message } = error as { code?: string; message?: string };
  return code ?? message ?? 'unknown';
};
