import type { LogEvent } from '@sandglass/protocol';

/** What had happened by a moment; null = by now. Found by halves, so that a drag of the playhead costs little. */
export function eventsUpTo(events: readonly LogEvent[], atUs: number | null): readonly LogEvent[] {
  if (atUs === null) return events;
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (events[middle]!.atUs <= atUs) low = middle + 1;
    else high = middle;
  }
  return low === events.length ? events : events.slice(0, low);
}
