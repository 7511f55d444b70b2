/**
 * Which segments a range of a recording needs. It begins at the newest whole state before the range, so that its first moment can be
 * shown; the last segment ends with the last frame of the range, since nobody asked to hand on what came after.
 */
import type { RecordingTrack, Segment, TrackName } from '@sandglass/protocol';
import {
  decodeStoredTerminal,
  readFrame,
  SEGMENT_HEADER_BYTES,
  type TrackFrame,
  type TrackFrameKind,
  trackFrame,
} from '@sandglass/replay';
import type { SandboxLog, Track } from '../recorder/log.ts';

export interface Range {
  readonly fromUs: number;
  readonly toUs: number;
}

/** What a track can be read from alone; tracks without such a frame can be read from any segment. */
const startOf = (track: TrackName): TrackFrameKind | undefined =>
  track === 'screen'
    ? trackFrame.screenKey
    : track === 'files'
      ? trackFrame.fileTree
      : track.startsWith('terminal:')
        ? trackFrame.snapshot
        : undefined;

/** Every segment of a log that is now in it, whole or of a range. All of them are closed: a file does not grow. */
export function cutTracks(log: SandboxLog, range: Range | null): RecordingTrack[] {
  return log
    .segments(0)
    .sort((one, other) => (one.track < other.track ? -1 : 1))
    .flatMap(({ track, segments }) => {
      const kept = range === null ? segments : cutTrack(log, track, segments, range);
      return kept.length === 0 ? [] : [{ track, segments: kept.map((segment) => ({ ...segment, closed: true })) }];
    });
}

function cutTrack(log: SandboxLog, track: TrackName, segments: readonly Segment[], { fromUs, toUs }: Range): Segment[] {
  const start = startOf(track);
  const isStart = (segment: Segment) => segment.firstUs <= fromUs && (start === undefined || segment.starts === start);
  const from = firstNeeded(log, track, segments, segments.findLastIndex(isStart));
  const kept = segments.slice(from).filter(({ firstUs }) => firstUs <= toUs);
  const last = kept.at(-1);
  if (last === undefined || last.lastUs <= toUs) return kept;
  const cut = cutSegment(log, track, last, toUs);
  return cut === undefined ? kept.slice(0, -1) : [...kept.slice(0, -1), cut];
}

/** A terminal's state is stored some time after the position that it shows: what came between may lie before it. */
function firstNeeded(log: SandboxLog, track: TrackName, segments: readonly Segment[], from: number): number {
  const segment = segments[from];
  if (segment === undefined) return 0;
  if (segment.starts !== trackFrame.snapshot) return from;
  const [first] = framesOf(log, track, segment);
  if (first === undefined) return from;
  const { seq } = decodeStoredTerminal(first.frame.payload);
  const needed = segments.findIndex(({ lastSeq }) => lastSeq > seq);
  return Math.min(from, needed);
}

function cutSegment(log: SandboxLog, track: TrackName, segment: Segment, toUs: number): Segment | undefined {
  let cut: Segment | undefined;
  for (const { frame, endBytes } of framesOf(log, track, segment)) {
    if (frame.atUs > toUs) break;
    cut = { ...segment, lastSeq: frame.seq, lastUs: frame.atUs, sizeBytes: endBytes };
  }
  return cut;
}

function* framesOf(
  log: SandboxLog,
  track: TrackName,
  { number, sizeBytes }: Segment,
): Generator<{ frame: TrackFrame; endBytes: number }> {
  const bytes = log.segmentBytes(track as Track, number, { offset: 0, length: sizeBytes });
  let at = SEGMENT_HEADER_BYTES;
  while (at < bytes.length) {
    const read = readFrame(bytes, at);
    if (read.found !== 'frame') return;
    at += read.sizeBytes;
    yield { frame: read.frame, endBytes: at };
  }
}
