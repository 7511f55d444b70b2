import { z } from 'zod';
import { AtUs, Seq } from '../ids.ts';
import { TimelinePage } from '../timeline.ts';
import { bySandbox, route } from './route.ts';

const at = z.coerce.number().pipe(AtUs);

export const timelineRoutes = {
  timeline: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/timeline',
    noun: 'sandboxes',
    role: 'viewer',
    summary: 'The log in columns: who did what kind of thing when, without its words',
    params: bySandbox,
    query: z.object({
      fromUs: at.optional().describe('leave out what began before'),
      toUs: at.optional().describe('leave out what came after'),
      afterSeq: z.coerce.number().pipe(Seq).default(0).describe('the `next` of the page before'),
      limit: z.coerce.number().int().min(1).max(10_000).default(5_000).describe('events looked at'),
    }),
    reply: TimelinePage,
  }),
} as const;
