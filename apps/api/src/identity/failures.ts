import { hashSecret } from './secrets.ts';

const WINDOW_MS = 60_000;
/** A person pastes a wrong token a few times; a program that guesses needs millions. */
const MAX_FAILURES = 20;
/** Bounds the memory when addresses are many. */
const MAX_ADDRESSES = 10_000;

/**
 * Slows down guessing. After too many wrong secrets from one address, secrets that were not proven from there before are refused
 * unread until the minute is over; those who are already in are not locked out by it.
 */
export class FailureLimit {
  readonly #now: () => number;
  readonly #failures = new Map<string, { count: number; untilMs: number }>();
  readonly #proven = new Set<string>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Milliseconds to wait before this secret may be tried, 0 = now. */
  waitMs(address: string, secret: string): number {
    const entry = this.#failures.get(address);
    if (!entry || entry.count < MAX_FAILURES) return 0;
    const left = entry.untilMs - this.#now();
    if (left <= 0) {
      this.#failures.delete(address);
      return 0;
    }
    return this.#proven.has(key(address, secret)) ? 0 : left;
  }

  succeeded(address: string, secret: string): void {
    if (this.#proven.size >= MAX_ADDRESSES) this.#proven.clear();
    this.#proven.add(key(address, secret));
  }

  failed(address: string): void {
    const nowMs = this.#now();
    const entry = this.#failures.get(address);
    if (entry && entry.untilMs > nowMs) {
      entry.count++;
      return;
    }
    if (this.#failures.size >= MAX_ADDRESSES) this.#failures.clear();
    this.#failures.set(address, { count: 1, untilMs: nowMs + WINDOW_MS });
  }
}

const key = (address: string, secret: string) => `${address} ${hashSecret(secret)}`;
