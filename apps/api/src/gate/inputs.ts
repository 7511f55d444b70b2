/** Input of an agent that is no call (a terminal, a command's stdin): it waits its turn, in the order it came. */
import type { Clock } from '../lib/clock.ts';
import { expired } from './outcomes.ts';

interface Waiting {
  readonly mayGo: () => boolean;
  readonly go: () => void;
  readonly fail: (error: Error) => void;
}

export class Inputs {
  readonly #waiting = new Set<Waiting>();

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** Until it may go. `driver`: whose turn it is, and for how long that is waited for; null = as long as it takes. */
  wait(clock: Clock, mayGo: () => boolean, driver: { name: string; mostMs: number | null } | null): Promise<void> {
    return new Promise((resolve, reject) => {
      const { name = '', mostMs = null } = driver ?? {};
      const late = () => waiting.fail(expired({ kind: 'control', name }, mostMs));
      const cancel = mostMs === null ? () => {} : clock.at(clock.now() + mostMs, late);
      const done = (end: () => void) => () => {
        if (!this.#waiting.delete(waiting)) return;
        cancel();
        end();
      };
      const waiting: Waiting = { mayGo, go: done(resolve), fail: (error) => done(() => reject(error))() };
      this.#waiting.add(waiting);
    });
  }

  flow(): void {
    for (const { mayGo, go } of [...this.#waiting]) if (mayGo()) go();
  }

  fail(error: Error): void {
    for (const waiting of [...this.#waiting]) waiting.fail(error);
  }
}
