/** A log seen with what a private moment keeps from others. Everything but its reading is the log's own. */
import type { SandboxLog } from './log.ts';
import type { StoredSandboxLog } from './sandboxLog.ts';

type Reading = Pick<SandboxLog, 'events' | 'eventsOf' | 'frames' | 'onEvent' | 'onFrame' | 'onAnyFrame' | 'whole'>;

export function wholeLog(log: StoredSandboxLog): SandboxLog {
  const reading: Omit<Reading, 'whole'> = {
    events: (from, limit) => log.eventsSeen('all', from, limit),
    eventsOf: (kinds, from, limit) => log.eventsSeen('all', from, limit, kinds),
    frames: (track, after) => log.framesSeen('all', track, after),
    onEvent: (listener) => log.onEvent(listener, 'all'),
    onFrame: (track, listener) => log.onFrame(track, listener, 'all'),
    onAnyFrame: (listener) => log.onAnyFrame(listener, 'all'),
  };
  const whole: SandboxLog = new Proxy<SandboxLog>(log, {
    get(_, key) {
      if (key === 'whole') return whole;
      if (key in reading) return reading[key as keyof typeof reading];
      const value: unknown = Reflect.get(log, key, log);
      // Its private parts are reached through itself alone.
      return typeof value === 'function' ? value.bind(log) : value;
    },
  });
  return whole;
}
