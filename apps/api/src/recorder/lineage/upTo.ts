/**
 * A log as it was at a position: the past that a fork shares with its parent. Nothing is copied. A segment that the parent went on
 * writing is read up to its last frame at or before the position; what lies before that never changes.
 */
import type { Segment, Seq } from '@sandglass/protocol';
import { readFrame, SEGMENT_HEADER_BYTES } from '@sandglass/replay';
import type { SandboxLog, Track } from '../log.ts';

export type LogReading = Pick<
  SandboxLog,
  | 'beginsUs'
  | 'blobs'
  | 'events'
  | 'eventsOf'
  | 'lastOf'
  | 'frames'
  | 'findLastStart'
  | 'segments'
  | 'segmentsOf'
  | 'segment'
  | 'segmentBytes'
>;

/** Where segments end for a fork, found once: many are made from one checkpoint. */
export class SegmentEnds {
  readonly #known = new Map<string, Segment>();

  /** `segment` up to a position that lies in it. */
  of(log: SandboxLog, track: Track, segment: Segment, seq: Seq): Segment {
    const key = `${log.sandbox} ${track} ${segment.number} ${seq}`;
    const known = this.#known.get(key) ?? endOf(log, track, segment, seq);
    this.#known.delete(key);
    this.#known.set(key, known);
    if (this.#known.size > MOST_KNOWN) this.#known.delete(this.#known.keys().next().value as string);
    return known;
  }
}

const MOST_KNOWN = 10_000;

export function upTo(log: SandboxLog, seq: Seq, ends: SegmentEnds): LogReading {
  const shown = (track: Track, segments: readonly Segment[], after: Seq): Segment[] =>
    segments.flatMap((segment) => {
      if (segment.firstSeq > seq) return [];
      const whole = segment.lastSeq <= seq ? segment : ends.of(log, track, segment, seq);
      return whole.lastSeq > after ? [{ ...whole, closed: true }] : [];
    });
  const segment: LogReading['segment'] = (track, number) => {
    const found = log.segment(track, number);
    return found === undefined ? undefined : shown(track, [found], 0)[0];
  };
  return {
    get beginsUs() {
      return log.beginsUs;
    },
    get blobs() {
      return log.blobs;
    },
    events: (from, limit) => (from > seq ? [] : log.events(from, limit).filter((event) => event.seq <= seq)),
    eventsOf: (kinds, from, limit) =>
      from > seq ? [] : log.eventsOf(kinds, from, limit).filter((event) => event.seq <= seq),
    lastOf: (kinds, untilUs, untilSeq = seq) => log.lastOf(kinds, untilUs, Math.min(seq, untilSeq)),
    *frames(track, after) {
      if (after >= seq) return;
      for (const frame of log.frames(track, after)) {
        if (frame.seq > seq) return;
        yield frame;
      }
    },
    findLastStart: (track, kind, notAfter = seq) => log.findLastStart(track, kind, Math.min(seq, notAfter)),
    segments: (after) =>
      after >= seq
        ? []
        : log.segments(after).flatMap(({ track, segments }) => {
            const found = shown(track as Track, segments, after);
            return found.length === 0 ? [] : [{ track, segments: found }];
          }),
    segmentsOf: (track, after) => (after >= seq ? [] : shown(track, log.segmentsOf(track, after), after)),
    segment,
    segmentBytes(track, number, { offset, length }) {
      const found = segment(track, number);
      const most = found === undefined ? length : Math.max(0, Math.min(length, found.sizeBytes - offset));
      // One that is not there is told of as ever: it never was, or it is not kept any more.
      return log.segmentBytes(track, number, { offset, length: most });
    },
  };
}

/** Number of the last segment of a track that has something of it; 0 when none has. */
export function lastNumberUpTo(log: SandboxLog, track: Track, seq: Seq): number {
  return log.segmentsOf(track, 0).findLast(({ firstSeq }) => firstSeq <= seq)?.number ?? 0;
}

function endOf(log: SandboxLog, track: Track, segment: Segment, seq: Seq): Segment {
  const bytes = log.segmentBytes(track, segment.number, { offset: 0, length: segment.sizeBytes });
  let end = segment;
  for (let at = SEGMENT_HEADER_BYTES; at < bytes.length; ) {
    const read = readFrame(bytes, at);
    if (read.found !== 'frame' || read.frame.seq > seq) break;
    at += read.sizeBytes;
    end = { ...segment, lastSeq: read.frame.seq, lastUs: read.frame.atUs, sizeBytes: at };
  }
  return end;
}
