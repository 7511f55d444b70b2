import type { ConnectionState, Sandglass } from '@sandglass/client';
import { Model } from './model.ts';
import { serverNowMs } from './serverClock.ts';

/** connecting: never was there. live: following. lost: was there, tries again by itself; what is shown is the last that was known. */
export type Connection = 'connecting' | 'live' | 'lost';

/** A restarted server is back within this; saying so sooner would only flicker. */
const SAY_LOST_AFTER_MS = 700;

/** The stream's connection, as a person needs to know it. */
export class ConnectionModel extends Model<Connection> {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lostAtMs: number | undefined;

  constructor(stream: Pick<Sandglass['stream'], 'onState'>) {
    super('connecting');
    stream.onState((state) => this.handleState(state));
  }

  /** By the server's clock: since when nothing came. Undefined while it is there. */
  get lostAtMs(): number | undefined {
    return this.#lostAtMs;
  }

  handleState(state: ConnectionState): void {
    if (state.phase === 'open') {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#lostAtMs = undefined;
      this.set('live');
    } else if (state.phase !== 'closed' || state.error !== null) {
      this.#lostAtMs ??= serverNowMs();
      this.#timer ??= setTimeout(() => this.set('lost'), SAY_LOST_AFTER_MS);
    }
  }
}
