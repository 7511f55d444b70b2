/** Moments worth going to. Pure. */
import { laneNames, type TimelineStore } from '@sandglass/replay';

export const landmarks = ['error', 'intervention', 'checkpoint', 'file'] as const;
export type Landmark = (typeof landmarks)[number];

/** When the next thing begins, in any lane; undefined when nothing follows. */
export function nextStart(store: TimelineStore, atUs: number): number | undefined {
  let next = Number.POSITIVE_INFINITY;
  for (const name of laneNames) {
    const { startUs, length } = store.lanes[name];
    const index = firstAfter(startUs.values, length, atUs);
    if (index < length) next = Math.min(next, startUs.values[index]!);
  }
  return Number.isFinite(next) ? next : undefined;
}

/** The nearest landmark after (or before) a moment. */
export function nextLandmark(
  store: TimelineStore,
  { kind, atUs, direction }: { kind: Landmark; atUs: number; direction: 1 | -1 },
): number | undefined {
  if (kind === 'checkpoint') {
    const times = store.flags.map((flag) => flag.atUs);
    return direction === 1 ? times.find((at) => at > atUs) : times.findLast((at) => at < atUs);
  }
  if (kind === 'intervention') return nearest(store, ['people'], { atUs, direction });
  if (kind === 'file') return nearest(store, ['files'], { atUs, direction });
  return nearest(store, laneNames, { atUs, direction, failed: true });
}

function nearest(
  store: TimelineStore,
  lanes: readonly (typeof laneNames)[number][],
  { atUs, direction, failed = false }: { atUs: number; direction: 1 | -1; failed?: boolean },
): number | undefined {
  const found = lanes.flatMap((name) => {
    const lane = store.lanes[name];
    const { values } = lane.startUs;
    let index = firstAfter(values, lane.length, atUs);
    if (direction === -1) {
      index--;
      while (index >= 0 && values[index]! >= atUs) index--;
    }
    while (failed && index >= 0 && index < lane.length && !lane.mark(index).failed) index += direction;
    return index < 0 || index >= lane.length ? [] : [values[index]!];
  });
  if (found.length === 0) return undefined;
  return direction === 1 ? Math.min(...found) : Math.max(...found);
}

/** Index of the first value above `wanted`. */
function firstAfter(values: Float64Array, length: number, wanted: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! <= wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
