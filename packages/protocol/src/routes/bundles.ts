import { z } from 'zod';
import { ReplayedFile } from '../bundle.ts';
import { AtUs } from '../ids.ts';
import { bySandbox, byTerminal, route } from './route.ts';

const at = z.coerce.number().pipe(AtUs);

export const bundlesRoutes = {
  bundle: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/bundle',
    noun: 'recording',
    role: 'viewer',
    summary: 'The recording, or a range of it, as one file that opens offline (.sandglass)',
    params: bySandbox,
    query: z
      .object({
        fromUs: at.optional().describe('begin at this moment; what it needs from before comes along'),
        toUs: at.optional().describe('end at this moment'),
      })
      .refine(({ fromUs = 0, toUs = Number.POSITIVE_INFINITY }) => fromUs <= toUs, {
        message: 'A range must not end before it begins.',
      }),
    reply: 'bytes',
  }),
  eventsFile: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/events.ndjson',
    noun: 'recording',
    role: 'viewer',
    summary: 'Every event of the log, one JSON object a line',
    params: bySandbox,
    reply: 'bytes',
  }),
  asciicast: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/terminals/:terminal/asciicast',
    noun: 'recording',
    role: 'viewer',
    summary: 'What a terminal printed, from its beginning, as an asciicast (version 3)',
    params: byTerminal,
    reply: 'bytes',
  }),
  replayedFile: route({
    method: 'GET',
    path: '/v1/replay',
    noun: 'recording',
    role: 'viewer',
    summary: 'The file that this server was started to replay, if it was',
    reply: z.object({ file: ReplayedFile.nullable() }),
  }),
  replayedBytes: route({
    method: 'GET',
    path: '/v1/replay/bytes',
    noun: 'recording',
    role: 'viewer',
    summary: 'Its bytes; `Range` is honoured',
    reply: 'bytes',
  }),
} as const;
