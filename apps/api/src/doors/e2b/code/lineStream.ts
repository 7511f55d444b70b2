/** The answer of an execution on its way to a client: begun late, so that a refusal may still be one, and never silent for long. */
import { once } from 'node:events';
import type { Exchange } from '../exchange.ts';
import type { Line } from './lines.ts';

/** Clients cut off what says nothing for five minutes. */
const KEEPALIVE_MS = 50_000;
/** Their clients leave out what they do not know. */
const NOTHING: Line = { type: 'keepalive' };

export class LineStream {
  readonly #response: Exchange['response'];
  #timer: NodeJS.Timeout | undefined;

  /** `beginAfterMs`: by then the client hears that it was taken, also when a person is looking at it. */
  constructor({ response }: Exchange, beginAfterMs: number) {
    this.#response = response;
    this.#timer = setTimeout(() => void this.write(NOTHING), beginAfterMs);
    response.once('close', () => clearInterval(this.#timer));
  }

  get hasBegun(): boolean {
    return this.#response.headersSent;
  }

  /** Resolves when there is room for more; at once when the client has gone. */
  async write(line: Line): Promise<void> {
    const response = this.#response;
    if (response.destroyed || response.writableEnded) return;
    if (!response.headersSent) {
      response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
      clearTimeout(this.#timer);
      this.#timer = setInterval(() => void this.write(NOTHING), KEEPALIVE_MS).unref();
    }
    this.#timer?.refresh();
    if (response.write(`${JSON.stringify(line)}\n`)) return;
    const gone = new AbortController();
    const leave = () => gone.abort();
    response.once('close', leave);
    await once(response, 'drain', { signal: gone.signal }).catch(() => {});
    response.removeListener('close', leave);
  }

  /** Nothing was said and nothing will be: the way is free for another answer. */
  giveUp(): void {
    clearTimeout(this.#timer);
  }

  async end(lines: readonly Line[]): Promise<void> {
    for (const line of lines) await this.write(line);
    clearTimeout(this.#timer);
    clearInterval(this.#timer);
    if (!this.#response.headersSent) this.#response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    this.#response.end();
  }
}
