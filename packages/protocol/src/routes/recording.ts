import { z } from 'zod';
import { SandboxId, Seq } from '../ids.ts';
import { RecordingIndex, TrackName } from '../recording.ts';
import { bySandbox, route } from './route.ts';

export const recordingRoutes = {
  recording: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/recording',
    noun: 'recording',
    role: 'viewer',
    summary: 'What the recording consists of: its clock and the segments of its tracks',
    params: bySandbox,
    query: z.object({
      afterSeq: z.coerce.number().pipe(Seq).default(0).describe('only segments that hold something newer'),
    }),
    reply: RecordingIndex,
  }),
  recordingSegment: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/recording/:track/:number',
    noun: 'recording',
    role: 'viewer',
    summary: 'The bytes of one segment, as they lie on disk; `Range` is honoured, a closed segment never changes',
    params: z.object({
      sandbox: SandboxId,
      track: TrackName,
      number: z.coerce.number().int().min(1).max(4_294_967_295),
    }),
    reply: 'bytes',
  }),
} as const;
