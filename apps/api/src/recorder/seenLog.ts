/** A log as one reader may see it during a private moment. Everything but its reading is the log's own. */

import type { Sees } from './followers.ts';
import type { SandboxLog } from './log.ts';
import type { StoredSandboxLog } from './sandboxLog.ts';

type Reading = Pick<SandboxLog, 'events' | 'eventsOf' | 'frames' | 'onEvent' | 'onFrame' | 'onAnyFrame'>;

export function seenLog(log: StoredSandboxLog, sees: Sees): SandboxLog {
  const reading: Reading = {
    events: (from, limit) => log.eventsSeen(sees, from, limit),
    eventsOf: (kinds, from, limit) => log.eventsSeen(sees, from, limit, kinds),
    frames: (track, after) => log.framesSeen(sees, track, after),
    onEvent: (listener) => log.onEvent(listener, sees),
    onFrame: (track, listener) => log.onFrame(track, listener, sees),
    onAnyFrame: (listener) => log.onAnyFrame(listener, sees),
  };
  return new Proxy<SandboxLog>(log, {
    get(_, key) {
      if (key in reading) return reading[key as keyof typeof reading];
      const value: unknown = Reflect.get(log, key, log);
      // Its private parts are reached through itself alone.
      return typeof value === 'function' ? value.bind(log) : value;
    },
  });
}
