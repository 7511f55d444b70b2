/** Who may see a preview: a ticket is traded once for a session, both only for one port of one sandbox. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { TokenId } from '@sandglass/protocol';
import type { PreviewTarget } from './address.ts';

const TICKET_MS = 60_000;
const SESSION_MS = 12 * 3_600_000;
/** More than people open; older ones go first. */
const MAX_PASSES = 10_000;

export interface Pass extends PreviewTarget {
  readonly token: TokenId;
  /** The end of the token it came from, if any. */
  readonly untilMs: number;
  readonly expiresAtMs: number;
}

export interface Session extends Pass {
  readonly hash: string;
}

export class Passes {
  readonly #tickets = new Map<string, Pass>();
  readonly #sessions = new Map<string, Session>();
  readonly #random: (bytes: number) => Uint8Array;
  readonly #now: () => number;

  constructor(options: { random: (bytes: number) => Uint8Array; now: () => number }) {
    this.#random = options.random;
    this.#now = options.now;
  }

  ticket(target: PreviewTarget, token: TokenId, untilMs: number): { secret: string; expiresAtMs: number } {
    const expiresAtMs = Math.min(this.#now() + TICKET_MS, untilMs);
    const secret = this.#secret();
    put(this.#tickets, hashOf(secret), { ...target, token, untilMs, expiresAtMs });
    return { secret, expiresAtMs };
  }

  /** Used up by the asking, whatever comes of it. Null when it is unknown, late, used, or of another target. */
  redeem(ticket: string, target: PreviewTarget): { secret: string; maxAgeMs: number } | null {
    const hash = hashOf(ticket);
    const pass = this.#tickets.get(hash);
    this.#tickets.delete(hash);
    if (!pass || !isFor(pass, target) || pass.expiresAtMs <= this.#now()) return null;
    const secret = this.#secret();
    const expiresAtMs = Math.min(this.#now() + SESSION_MS, pass.untilMs);
    const key = hashOf(secret);
    put(this.#sessions, key, { ...pass, expiresAtMs, hash: key });
    return { secret, maxAgeMs: expiresAtMs - this.#now() };
  }

  find(secret: string, target: PreviewTarget): Session | null {
    const hash = hashOf(secret);
    const session = this.#sessions.get(hash);
    if (!session || !equal(session.hash, hash) || !isFor(session, target)) return null;
    if (session.expiresAtMs > this.#now()) return session;
    this.#sessions.delete(hash);
    return null;
  }

  /** Forgets all that came of a token. */
  revoke(token: TokenId): void {
    for (const passes of [this.#tickets, this.#sessions])
      for (const [hash, pass] of passes) if (pass.token === token) passes.delete(hash);
  }

  #secret(): string {
    return Buffer.from(this.#random(32)).toString('base64url');
  }
}

function isFor(pass: Pass, { sandbox, port }: PreviewTarget): boolean {
  return pass.sandbox === sandbox && pass.port === port;
}

function put<T>(passes: Map<string, T>, hash: string, pass: T): void {
  passes.set(hash, pass);
  if (passes.size > MAX_PASSES) passes.delete(passes.keys().next().value!);
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function equal(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
