/** On a busy machine a browser takes its time: what is slow is tried again for as long as the browser lives, and that is said. */
import { AppError, isAppError } from '@sandglass/protocol';

export interface PatienceOptions {
  /** Progress is seen: what is waited for still runs. */
  readonly isAlive: () => Promise<boolean>;
  /** Told each time that it goes on waiting: which time, and what was slow. */
  readonly onSlow: (time: number, words: string) => Promise<void>;
}

/** Each of them waits for half a minute or so by itself. */
const MOST_TRIES = 6;
const SLOW: ReadonlySet<string> = new Set(['timeout', 'unavailable']);

/** `act` may be done more than once. @throws AppError `timeout` that says what was slow, and for how many tries */
export async function patiently<T>(act: () => Promise<T>, { isAlive, onSlow }: PatienceOptions): Promise<T> {
  for (let time = 1; ; time++)
    try {
      return await act();
    } catch (error) {
      if (!isAppError(error) || !SLOW.has(error.code)) throw error;
      if (time === MOST_TRIES)
        throw new AppError(
          'timeout',
          `The browser is too slow on this machine (tried ${time} times). ${error.message}`,
        );
      if (!(await isAlive())) throw new AppError('unavailable', `The browser does not run. ${error.message}`);
      await onSlow(time, error.message);
    }
}
