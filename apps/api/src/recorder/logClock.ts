/**
 * The clock of recordings. It never goes back and takes no step when somebody sets the clock on the wall; while the host sleeps it goes on,
 * so that the time asleep is a stretch of the recording in which nothing happens, and what comes after stands where it happened.
 */
import { uptime } from 'node:os';
import { performance } from 'node:perf_hooks';
import type { LogClock } from './sandboxLog.ts';

export interface HostClocks {
  readonly wallMs: () => number;
  /** Stands still while the host sleeps. */
  readonly awakeUs: () => number;
  /** Does not; it is slow to ask. */
  readonly sinceBootUs: () => number;
}

/** Less is how clocks differ when the host is busy. */
const SLEPT_US = 1_000_000;

const ofThisHost: HostClocks = {
  wallMs: () => Date.now(),
  awakeUs: () => performance.now() * 1_000,
  sinceBootUs: () => uptime() * 1_000_000,
};

export function createLogClock({ wallMs, awakeUs, sinceBootUs }: HostClocks = ofThisHost): LogClock {
  const look = () => ({ wallUs: wallMs() * 1_000, awakeUs: awakeUs(), sinceBootUs: sinceBootUs() });
  let seen = look();
  let sleptUs = 0;
  return {
    wallMs,
    monotonicUs() {
      const nowUs = awakeUs();
      // Where the wall's clock went another way than this one, the host has slept, or somebody has set that.
      if (Math.abs(wallMs() * 1_000 - seen.wallUs - (nowUs - seen.awakeUs)) > SLEPT_US) {
        const now = look();
        const asleepUs = now.sinceBootUs - seen.sinceBootUs - (now.awakeUs - seen.awakeUs);
        if (asleepUs > SLEPT_US) sleptUs += asleepUs;
        seen = now;
      }
      return nowUs + sleptUs;
    },
  };
}
