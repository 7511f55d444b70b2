/** Where a reply goes: to the agent as it comes, or, while the gate may still hold it, nowhere until it is let go. */
import type { ServerResponse } from 'node:http';
import { AppError } from '@sandglass/protocol';

export interface Head {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly isStream: boolean;
}

export interface Outlet {
  head(head: Head): void;
  /** Resolves when more can be taken. */
  write(chunk: Buffer): Promise<void> | undefined;
}

export class LiveOutlet implements Outlet {
  #hasWritten = false;
  readonly #reply: ServerResponse;
  readonly #signal: AbortSignal;

  constructor(reply: ServerResponse, signal: AbortSignal) {
    this.#reply = reply;
    this.#signal = signal;
  }

  head({ status, headers }: Head): void {
    this.#reply.writeHead(status, headers);
  }

  write(chunk: Buffer): Promise<void> | undefined {
    const isTaken = this.#reply.write(chunk);
    // The first goes out before what came with it is looked at; else all that is heard in this turn goes at its end.
    if (!this.#hasWritten) this.#reply.socket?.uncork();
    this.#hasWritten = true;
    return isTaken ? undefined : drained(this.#reply, this.#signal);
  }
}

/** More than this is not held in memory. */
const MAX_KEPT_BYTES = 64 * 1_048_576;

export interface KeptOutletOptions {
  readonly reply: ServerResponse;
  readonly signal: AbortSignal;
  /** What the provider itself sends through a stream in which nothing happens. */
  readonly ping: string;
  readonly pingEveryMs: number;
}

/**
 * Keeps a reply whole. A stream is kept alive meanwhile as its provider does it: until the first ping nothing has been said, and
 * the reply can still become anything; after it, it is a stream that begins with pings.
 */
export class KeptOutlet implements Outlet {
  readonly #options: KeptOutletOptions;
  readonly #chunks: Buffer[] = [];
  #head: Head | null = null;
  #sizeBytes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: KeptOutletOptions) {
    this.#options = options;
  }

  /** The agent has been told that a stream begins. */
  get hasBegun(): boolean {
    return this.#options.reply.headersSent;
  }

  head(head: Head): void {
    this.#head = head;
    if (!head.isStream || head.status >= 400) return;
    this.#timer = setInterval(() => this.#ping(head), this.#options.pingEveryMs);
    this.#options.signal.addEventListener('abort', () => this.stop(), { once: true });
  }

  write(chunk: Buffer): undefined {
    this.#sizeBytes += chunk.length;
    if (this.#sizeBytes > MAX_KEPT_BYTES)
      throw new AppError('tooLarge', 'The reply is too large to be held for a person. Remove the rule that holds it.');
    this.#chunks.push(chunk);
    return undefined;
  }

  /** As it came, byte for byte. */
  async release(): Promise<void> {
    this.stop();
    const { reply, signal } = this.#options;
    if (this.#head === null) return;
    const live = new LiveOutlet(reply, signal);
    if (!this.hasBegun) live.head(this.#head);
    for (const chunk of this.#chunks) await live.write(chunk);
  }

  /** It will not be let go as it came. */
  stop(): void {
    clearInterval(this.#timer);
  }

  #ping({ status, headers }: Head): void {
    const { reply, ping } = this.#options;
    if (!this.hasBegun) reply.writeHead(status, headers);
    // Nobody has to wait for pings: a reader that does not take them gets no more.
    if (!reply.writableNeedDrain) reply.write(ping);
  }
}

async function drained(reply: ServerResponse, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const go = () => {
      reply.off('drain', go).off('close', go);
      signal.removeEventListener('abort', go);
      resolve();
    };
    reply.once('drain', go).once('close', go);
    signal.addEventListener('abort', go, { once: true });
  });
}
