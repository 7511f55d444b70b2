/**
 * Playwright takes an error of the protocol for a mishap, looks for the element again and does again what a person has just refused.
 * An error of the script by which it looks it takes for what it is, and tells it to the agent.
 */
import type { Act } from './acts.ts';
import { type Command, textOf } from './message.ts';
import { selectorIn } from './worlds.ts';

/** A client that tries again does so soon. */
const TRY_AGAIN_MS = 3_000;

export class RefusedTry {
  readonly #nowMs: () => number;
  /** The last act that was refused, of those that a client may try again. */
  #last: {
    readonly session: string | undefined;
    readonly selector: string;
    readonly error: unknown;
    readonly untilMs: number;
  } | null = null;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  keep({ method, sessionId: session }: Command, act: Act, error: unknown): void {
    const selector = textOf(act.arguments['selector']);
    if (selector === '' || /^(?:Runtime|Page)\./.test(method)) return;
    this.#last = { session, selector, error, untilMs: this.#nowMs() + TRY_AGAIN_MS };
  }

  /** The error of what was refused, when this is how a client begins to try it again. Told once. */
  again(command: Command): unknown {
    const last = this.#last;
    if (last === null || command.method !== 'Runtime.callFunctionOn' || last.session !== command.sessionId) return null;
    if (this.#nowMs() > last.untilMs) this.#last = null;
    else if (selectorIn(command.params) === last.selector) {
      this.#last = null;
      return last.error;
    }
    return null;
  }
}
