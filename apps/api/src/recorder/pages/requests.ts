/** Requests of one session that are on their way: what is known of each until it has ended. Bounded; hostile input. */

export interface Requested {
  readonly method: string;
  /** Whole, with its secrets. */
  readonly url: string;
  readonly type: string;
  readonly status: number | null;
  readonly error: string | null;
  readonly durationMs: number;
  readonly sizeBytes: number | null;
}

type Fields = Readonly<Record<string, unknown>>;

interface OnItsWay {
  readonly method: string;
  readonly url: string;
  readonly sinceS: number;
  type: string;
  status: number | null;
}

/** More at once are forgotten, the oldest first: some are never answered. */
const MOST_ON_THEIR_WAY = 1_000;

export class Requests {
  readonly #onTheirWay = new Map<string, OnItsWay>();
  readonly #ended: (request: Requested) => void;

  constructor(ended: (request: Requested) => void) {
    this.#ended = ended;
  }

  get size(): number {
    return this.#onTheirWay.size;
  }

  /** An event of the domain `Network`; others are none of its business. */
  hear(event: string, params: Fields): void {
    const id = textOf(params['requestId']);
    const timeS = numberOf(params['timestamp']);
    if (event === 'Network.requestWillBeSent') {
      const redirect = params['redirectResponse'];
      if (redirect !== undefined) this.#end(id, timeS, { status: statusOf(redirect), error: null, sizeBytes: null });
      const request = fieldsOf(params['request']);
      const url = textOf(request['url']);
      if (!/^(https?|wss?|ftp|file):/i.test(url)) return;
      this.#begin(id, { method: textOf(request['method']), url, type: typeOf(params), sinceS: timeS, status: null });
      return;
    }
    if (event === 'Network.webSocketCreated') {
      this.#begin(id, { method: 'GET', url: textOf(params['url']), type: 'websocket', sinceS: timeS, status: null });
      return;
    }
    const known = this.#onTheirWay.get(id);
    if (known === undefined) return;
    if (event === 'Network.responseReceived' || event === 'Network.webSocketHandshakeResponseReceived') {
      known.status = statusOf(params['response']);
      if (event === 'Network.responseReceived') known.type = typeOf(params);
      // A socket goes on for as long as its page wants; what is told is how it began.
      else this.#end(id, timeS, { error: null, sizeBytes: null });
    } else if (event === 'Network.loadingFinished')
      this.#end(id, timeS, { error: null, sizeBytes: Math.max(0, Math.trunc(numberOf(params['encodedDataLength']))) });
    else if (event === 'Network.loadingFailed') {
      const blocked = textOf(params['blockedReason']);
      const error = (params['canceled'] === true ? 'canceled' : textOf(params['errorText'])) || 'failed';
      this.#end(id, timeS, { error: blocked === '' ? error : `${error} (${blocked})`, sizeBytes: null });
    } else if (event === 'Network.webSocketClosed' || event === 'Network.webSocketFrameError')
      this.#end(id, timeS, { error: textOf(params['errorMessage']) || 'failed', sizeBytes: null });
  }

  #begin(id: string, request: OnItsWay): void {
    this.#onTheirWay.set(id, request);
    if (this.#onTheirWay.size <= MOST_ON_THEIR_WAY) return;
    const [oldest] = this.#onTheirWay.keys();
    if (oldest !== undefined) this.#onTheirWay.delete(oldest);
  }

  #end(id: string, timeS: number, how: Pick<Requested, 'error' | 'sizeBytes'> & { status?: number | null }): void {
    const known = this.#onTheirWay.get(id);
    if (known === undefined) return;
    this.#onTheirWay.delete(id);
    const { method, url, type, sinceS, status } = known;
    const durationMs = sinceS === 0 || timeS === 0 ? 0 : Math.max(0, Math.round((timeS - sinceS) * 1_000));
    this.#ended({ method, url, type, status, durationMs, ...how });
  }
}

const typeOf = (params: Fields): string => textOf(params['type']).toLowerCase() || 'other';
const statusOf = (response: unknown): number | null => {
  const status = numberOf(fieldsOf(response)['status']);
  return status > 0 ? Math.trunc(status) : null;
};
const fieldsOf = (value: unknown): Fields => (value !== null && typeof value === 'object' ? (value as Fields) : {});
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const numberOf = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
