/** Where a recording can be cut off at its beginning, so that the rest is read as if nothing had been before. */
import { type TrackFrameKind, trackFrame } from '@sandglass/replay';

/** Frames that hold a whole state: each begins a segment. */
export const STARTS_SEGMENT: readonly TrackFrameKind[] = [
  trackFrame.screenKey,
  trackFrame.snapshot,
  trackFrame.fileTree,
];

export interface CutSegment {
  readonly starts: TrackFrameKind;
  readonly firstUs: number;
  readonly lastUs: number;
}

/** Whose frames mean nothing without a whole state before them. */
const needsStart = (track: string): boolean => track === 'screen' || track === 'files' || track.startsWith('terminal:');

/** Index of the segment that a track which is whole from a moment on begins with; 0 when nothing can go. */
export function firstKept(track: string, segments: readonly CutSegment[], beginsUs: number): number {
  // The last is still written to, and says where the track stands.
  const last = Math.max(0, segments.length - 1);
  if (needsStart(track)) {
    for (let i = last; i > 0; i--) {
      const { starts, firstUs } = segments[i] as CutSegment;
      if (STARTS_SEGMENT.includes(starts) && firstUs <= beginsUs) return i;
    }
    return 0;
  }
  const kept = segments.findIndex(({ lastUs }) => lastUs >= beginsUs);
  return kept === -1 ? last : Math.min(kept, last);
}

/** The moments at which cutting a track frees something, oldest first. */
export function cutMoments(track: string, segments: readonly CutSegment[]): number[] {
  return segments
    .slice(1)
    .flatMap(({ starts, firstUs }) => (!needsStart(track) || STARTS_SEGMENT.includes(starts) ? [firstUs] : []));
}
