/** The server's clock against the browser's: every time that is shown was written by the server. */
import { Model } from './model.ts';

/** Less than this is the network's way; correcting it would only make times flicker. */
const WORTH_MS = 2_000;

/** What the browser's clock is behind of the server's, milliseconds; 0 when they agree. */
export class ServerClock extends Model<number> {
  constructor() {
    super(0);
  }

  /** @param nowMs what the server said its clock is, in an answer to a question asked at `askedMs`, read at `heardMs` */
  hear(nowMs: number, askedMs: number, heardMs: number): void {
    const ahead = nowMs - (askedMs + heardMs) / 2;
    // An answer that took long says little.
    if (heardMs - askedMs > Math.max(WORTH_MS, Math.abs(ahead))) return;
    this.set(Math.abs(ahead) < WORTH_MS ? 0 : ahead);
  }
}

export const serverClock = new ServerClock();

/** Milliseconds, as the server counts them. */
export const serverNowMs = (): number => Date.now() + serverClock.state;
