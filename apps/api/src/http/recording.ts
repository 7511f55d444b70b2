import type { Track } from '../recorder/log.ts';
import { whatIsMissing } from '../recorder/whatIsMissing.ts';
import type { Services } from '../services.ts';
import type { Handlers } from './handlers.ts';
import { parseRange } from './ranges.ts';

/** A closed segment is never written again. */
const FOR_EVER = 'private, max-age=31536000, immutable';

export function recordingHandlers({ sandboxes }: Services): Pick<Handlers, 'recording' | 'recordingSegment'> {
  return {
    recording: ({ params, query }) => {
      const { id, createdAtMs, endedAtMs, parent } = sandboxes.get(params.sandbox);
      const log = sandboxes.recording(params.sandbox);
      const nowUs = endedAtMs === null ? log.now() : log.lastUs;
      const tracks = log.segments(query.afterSeq);
      return {
        sandbox: id,
        createdAtMs,
        endedAtMs,
        parent,
        nowUs,
        ...whatIsMissing(log),
        lastSeq: log.lastSeq,
        tracks,
      };
    },
    recordingSegment: ({ params, request, reply }) => {
      sandboxes.get(params.sandbox);
      const log = sandboxes.recording(params.sandbox);
      const segment = log.segment(params.track as Track, params.number);
      // It says whether it was never there or is not kept any more.
      if (!segment) return log.segmentBytes(params.track as Track, params.number, { offset: 0, length: 0 });
      const { sizeBytes, closed } = segment;
      const range = parseRange(request.headers.range, sizeBytes);
      reply
        .type('application/octet-stream')
        .header('x-content-type-options', 'nosniff')
        .header('accept-ranges', 'bytes')
        .header('cache-control', closed ? FOR_EVER : 'no-store');
      if (range === 'unsatisfiable') {
        reply.code(416).header('content-range', `bytes */${sizeBytes}`).header('content-length', 0);
        return null;
      }
      const part = range === 'whole' ? { offset: 0, length: sizeBytes } : range;
      if (range !== 'whole')
        reply.code(206).header('content-range', `bytes ${part.offset}-${part.offset + part.length - 1}/${sizeBytes}`);
      return log.segmentBytes(params.track as Track, params.number, part);
    },
  };
}
