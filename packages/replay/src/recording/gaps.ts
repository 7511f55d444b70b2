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

/** Why there is nothing of a moment; undefined when there is. */
export function whyNothingAt(
  index: Pick<RecordingIndex, 'gaps' | 'beginsUs'>,
  atUs: number,
): RecordingGap['reason'] | 'notKept' | undefined {
  if (atUs < (index.beginsUs ?? 0)) return 'notKept';
  return index.gaps?.find((gap) => gap.fromUs < atUs && (gap.toUs === null || atUs < gap.toUs))?.reason;
}
