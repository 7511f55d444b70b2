import { z } from 'zod';
import { AtUs, SandboxId } from '../ids.ts';
import { Still } from '../thumbnail.ts';
import { bySandbox, route } from './route.ts';

const Moment = z.coerce.number().int().nonnegative();

export const stillsRoutes = {
  stills: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/stills',
    noun: 'screen',
    role: 'viewer',
    summary: 'Small pictures of the screen that the recording keeps, oldest first, evenly thinned to `count`',
    params: bySandbox,
    query: z.object({
      fromUs: Moment.default(0).describe('start; the picture that was showing then comes first'),
      toUs: Moment.optional().describe('end, included; default: now'),
      count: z.coerce.number().int().min(1).max(1000).default(100),
    }),
    reply: z.object({
      items: z.array(Still),
      total: z.number().int().describe('how many there are in that time, before thinning'),
      nowUs: AtUs.describe('the clock of the recording'),
    }),
  }),
  still: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/stills/:atUs',
    noun: 'screen',
    role: 'viewer',
    summary:
      'The picture that was showing at a moment, as JPEG; headers sandglass-seq and sandglass-at-us say which it is',
    params: z.object({ sandbox: SandboxId, atUs: Moment }),
    reply: 'bytes',
  }),
} as const;
