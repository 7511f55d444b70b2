/**
 * The recording of a fork: its parent's past up to the checkpoint, then its own log, as one. Only reading runs across both;
 * whatever is written, followed or asked of the present is its own log's.
 */
import type { Blobs } from '../files/blobs.ts';
import type { SandboxLog } from '../log.ts';
import type { LogReading } from './upTo.ts';

/** Where its own part begins: at the next position, not before this moment. */
export interface Border {
  readonly seq: number;
  readonly atUs: number;
}

/** @param past undefined where it is not kept any more */
export function withPast(own: SandboxLog, border: Border, past: () => LogReading | undefined): SandboxLog {
  const { seq } = border;
  const reading: Omit<LogReading, 'beginsUs' | 'blobs'> & Pick<SandboxLog, 'seenBy'> = {
    events: (from, limit) => {
      const before = from > seq ? [] : (past()?.events(from, limit) ?? []);
      return before.length >= limit
        ? before
        : [...before, ...own.events(Math.max(from, seq + 1), limit - before.length)];
    },
    eventsOf: (kinds, from, limit) => {
      const before = from > seq ? [] : (past()?.eventsOf(kinds, from, limit) ?? []);
      return before.length >= limit
        ? before
        : [...before, ...own.eventsOf(kinds, Math.max(from, seq + 1), limit - before.length)];
    },
    lastOf: (kinds, untilUs, untilSeq) =>
      own.lastOf(kinds, untilUs, untilSeq) ?? past()?.lastOf(kinds, untilUs, untilSeq),
    *frames(track, after) {
      if (after < seq) yield* past()?.frames(track, after) ?? [];
      yield* own.frames(track, after);
    },
    findLastStart: (track, kind, notAfter) =>
      own.findLastStart(track, kind, notAfter) ?? past()?.findLastStart(track, kind, notAfter),
    segments: (after) => {
      const all = new Map((after < seq ? (past()?.segments(after) ?? []) : []).map((each) => [each.track, each]));
      for (const { track, segments } of own.segments(after))
        all.set(track, { track, segments: [...(all.get(track)?.segments ?? []), ...segments] });
      return [...all.values()];
    },
    segmentsOf: (track, after) => [
      ...(after < seq ? (past()?.segmentsOf(track, after) ?? []) : []),
      ...own.segmentsOf(track, after),
    ],
    segment: (track, number) => own.segment(track, number) ?? past()?.segment(track, number),
    segmentBytes: (track, number, range) => {
      const before = own.segment(track, number) === undefined ? past() : undefined;
      return before?.segment(track, number) === undefined
        ? own.segmentBytes(track, number, range)
        : before.segmentBytes(track, number, range);
    },
    seenBy: (sees) => withPast(own.seenBy(sees), border, past),
  };
  return new Proxy<SandboxLog>(own, {
    get(_, key) {
      if (key in reading) return reading[key as keyof typeof reading];
      if (key === 'beginsUs') return past()?.beginsUs ?? Math.max(border.atUs, own.beginsUs);
      if (key === 'blobs') return eitherOf(own.blobs, () => past()?.blobs);
      return boundTo(own, key);
    },
  });
}

/** Versions of files of both; what is kept anew is its own. */
function eitherOf(own: Blobs, past: () => Blobs | undefined): Blobs {
  const reading: Pick<Blobs, 'has' | 'read' | 'sizeOf'> = {
    has: (hash) => own.has(hash) || past()?.has(hash) === true,
    sizeOf: (hash) => own.sizeOf(hash) ?? past()?.sizeOf(hash),
    read: (hash) => (own.has(hash) ? own : (past() ?? own)).read(hash),
  };
  return new Proxy<Blobs>(own, {
    get: (_, key) => (key in reading ? reading[key as keyof typeof reading] : boundTo(own, key)),
  });
}

function boundTo(target: object, key: string | symbol): unknown {
  const value: unknown = Reflect.get(target, key, target);
  // Its private parts are reached through itself alone.
  return typeof value === 'function' ? value.bind(target) : value;
}
