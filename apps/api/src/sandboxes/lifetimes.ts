/** Ends or freezes sandboxes whose time is up. What is due is computed from what is stored, so a restarted server goes on. */
import type { Clock } from '../lib/clock.ts';
import type { SandboxEntry } from './entry.ts';

export interface LifetimeActions {
  /** Its time to live is over. */
  expire(entry: SandboxEntry, action: 'freeze' | 'kill'): void;
  /** Nobody did or watched anything for as long as its idle policy says. */
  idle(entry: SandboxEntry, action: 'freeze' | 'kill'): void;
}

export class Lifetimes {
  readonly #clock: Clock;
  readonly #actions: LifetimeActions;
  readonly #armed = new Map<SandboxEntry, () => void>();

  constructor(clock: Clock, actions: LifetimeActions) {
    this.#clock = clock;
    this.#actions = actions;
  }

  /** Call after a change of what decides (expiry, idle policy, phase); activity alone needs no new arming. */
  arm(entry: SandboxEntry): void {
    this.disarm(entry);
    if (entry.ended) return;
    const atMs = Math.min(entry.facts.expiresAtMs ?? Number.POSITIVE_INFINITY, this.#idleAtMs(entry));
    if (atMs === Number.POSITIVE_INFINITY) return;
    this.#armed.set(
      entry,
      this.#clock.at(atMs, () => this.#due(entry)),
    );
  }

  disarm(entry: SandboxEntry): void {
    this.#armed.get(entry)?.();
    this.#armed.delete(entry);
  }

  close(): void {
    for (const callOff of this.#armed.values()) callOff();
    this.#armed.clear();
  }

  #idleAtMs(entry: SandboxEntry): number {
    const { idle } = entry.facts;
    if (!idle || (idle.action === 'freeze' && entry.life.phase !== 'running')) return Number.POSITIVE_INFINITY;
    return entry.lastActiveAtMs + idle.afterMs;
  }

  #due(entry: SandboxEntry): void {
    this.#armed.delete(entry);
    if (entry.ended) return;
    const nowMs = this.#clock.now();
    if (entry.facts.expiresAtMs !== null && entry.facts.expiresAtMs <= nowMs) {
      this.#actions.expire(entry, entry.facts.whenExpired ?? 'kill');
      return;
    }
    // A command that runs is a call that has not ended.
    if (entry.execs.running.length > 0 && entry.life.phase === 'running') entry.lastActiveAtMs = nowMs;
    const { idle } = entry.facts;
    if (idle && this.#idleAtMs(entry) <= nowMs) {
      this.#actions.idle(entry, idle.action);
      return;
    }
    this.arm(entry);
  }
}
