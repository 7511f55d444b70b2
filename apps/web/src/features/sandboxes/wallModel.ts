import type { LogEvent, Sandbox } from '@sandglass/protocol';
import { isNoise } from '../../platform/noise.ts';
import { isEnded } from '../../platform/status.ts';

export type Show = 'all' | 'running' | 'frozen' | 'failed' | 'ended';

const groups: Record<Show, (sandbox: Sandbox) => boolean> = {
  all: (sandbox) => !isEnded(sandbox) || sandbox.phase === 'failed',
  running: (sandbox) => !isEnded(sandbox) && sandbox.phase !== 'frozen',
  frozen: (sandbox) => sandbox.phase === 'frozen',
  failed: (sandbox) => sandbox.phase === 'failed',
  ended: (sandbox) => sandbox.phase === 'dead',
};

export function countShown(sandboxes: readonly Sandbox[]): Record<Show, number> {
  const count = (show: Show) => sandboxes.filter(groups[show]).length;
  return {
    all: count('all'),
    running: count('running'),
    frozen: count('frozen'),
    failed: count('failed'),
    ended: count('ended'),
  };
}

/** Those of a group that the words match, newest first. `find` looks in name, id, image and labels. */
export function selectShown(sandboxes: readonly Sandbox[], show: Show, find: string): Sandbox[] {
  const words = find.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (sandbox: Sandbox) =>
    [
      sandbox.name,
      sandbox.id,
      sandbox.image,
      ...Object.entries(sandbox.labels).map(([key, value]) => `${key}=${value}`),
    ]
      .join(' ')
      .toLowerCase();
  return sandboxes
    .filter((sandbox) => groups[show](sandbox) && words.every((word) => text(sandbox).includes(word)))
    .sort((a, b) => b.createdAtMs - a.createdAtMs);
}

const BARS = 34;
const WINDOW_MS = 10 * 60_000;

/** How much happened in each of the last ten minutes' slices, 0…1 each, the newest last. */
export function sparkOf(events: readonly LogEvent[], nowMs: number): readonly number[] {
  const counts = new Array<number>(BARS).fill(0);
  const sliceMs = WINDOW_MS / BARS;
  for (const event of events) {
    if (isNoise(event)) continue;
    const slice = BARS - 1 - Math.floor((nowMs - event.wallMs) / sliceMs);
    if (slice >= 0 && slice < BARS) counts[slice]!++;
  }
  const most = Math.max(1, ...counts);
  return counts.map((count) => (count === 0 ? 0 : 0.25 + 0.75 * (count / most)));
}
