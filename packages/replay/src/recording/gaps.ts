/** Stretches of a recording of which nothing was kept. */
import type { LogEvent, RecordingGap, RecordingIndex } from '@sandglass/protocol';

/** From the events that say so, oldest first. */
export function gapsOf(events: readonly LogEvent[]): RecordingGap[] {
  const gaps: RecordingGap[] = [];
  for (const { kind, atUs, data } of events) {
    if (kind === 'recorder.stopped') gaps.push({ reason: data.reason, fromUs: atUs, toUs: null });
    if (kind !== 'recorder.resumed') continue;
    const at = gaps.findLastIndex((gap) => gap.reason === data.reason && gap.toUs === null);
    const closed = { reason: data.reason, fromUs: gaps[at]?.fromUs ?? data.sinceUs, toUs: atUs };
    if (at === -1) gaps.push(closed);
    else gaps[at] = closed;
  }
  return gaps;
}

/** The one that a moment is in. */
export function gapAt(index: Pick<RecordingIndex, 'gaps'>, atUs: number): RecordingGap | undefined {
  return index.gaps?.find((gap) => gap.fromUs < atUs && (gap.toUs === null || atUs < gap.toUs));
}
