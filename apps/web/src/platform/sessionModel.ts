import type { Sandglass } from '@sandglass/client';
import type { Session } from '@sandglass/protocol';
import { isUnauthenticated } from './errors.ts';
import { Model } from './model.ts';

/**
 * asking → open | closed | unreachable · open → closed (the token was revoked or ran out) · closed → asking (another token)
 * · unreachable → asking (try again)
 */
export type SessionState =
  | { readonly phase: 'asking' }
  | { readonly phase: 'open'; readonly session: Session }
  | { readonly phase: 'closed'; readonly refused: boolean }
  | { readonly phase: 'unreachable'; readonly error: unknown };

/** Hears each answer with when it was asked for and when it came, by the browser's clock. */
export type SessionAnswered = (session: Session, askedMs: number, heardMs: number) => void;

/** Who looks at this page. The token travels once, in the fragment of the opened URL, and becomes an http-only cookie. */
export class SessionModel extends Model<SessionState> {
  readonly #client: Pick<Sandglass, 'request'>;

  readonly #onAnswer: SessionAnswered | undefined;

  constructor(client: Pick<Sandglass, 'request'>, onAnswer?: SessionAnswered) {
    super({ phase: 'asking' });
    this.#client = client;
    this.#onAnswer = onAnswer;
  }

  /** @param secret from the opened URL; without one the cookie of an earlier visit is tried */
  async start(secret: string | null): Promise<void> {
    if (secret !== null) return this.open(secret);
    await this.#ask(() => this.#client.request('session'), false);
  }

  async open(secret: string): Promise<void> {
    await this.#ask(() => this.#client.request('openSession', { body: { secret } }), true);
  }

  async close(): Promise<void> {
    await this.#client.request('closeSession');
    this.set({ phase: 'closed', refused: false });
  }

  /** A reply said that the session is over. */
  handleUnauthenticated(): void {
    if (this.state.phase === 'open') this.set({ phase: 'closed', refused: false });
  }

  async #ask(ask: () => Promise<Session>, withToken: boolean): Promise<void> {
    this.set({ phase: 'asking' });
    try {
      const askedMs = Date.now();
      const session = await ask();
      this.#onAnswer?.(session, askedMs, Date.now());
      this.set({ phase: 'open', session });
    } catch (error) {
      this.set(isUnauthenticated(error) ? { phase: 'closed', refused: withToken } : { phase: 'unreachable', error });
    }
  }
}

/** Reads `#token=…` and takes it out of the address bar and the history at once. */
export function takeToken(location: Location, history: History): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token === null || token === '') return null;
  history.replaceState(history.state, '', `${location.pathname}${location.search}`);
  return token;
}
