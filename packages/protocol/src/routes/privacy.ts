import { z } from 'zod';
import { Sandbox } from '../sandbox.ts';
import { bySandbox, route } from './route.ts';

export const privacyRoutes = {
  startPrivate: route({
    method: 'POST',
    path: '/v1/sandboxes/:sandbox/private',
    noun: 'sandboxes',
    role: 'operator',
    summary: 'A private moment: until it ends nothing of what is done is recorded, and only who asked sees the sandbox',
    params: bySandbox,
    body: z
      .object({
        forMs: z
          .number()
          .int()
          .min(1_000)
          .max(3_600_000)
          .default(600_000)
          .describe('it ends by itself after so long, and after a restart of the server'),
      })
      .strict(),
    reply: Sandbox,
  }),
  endPrivate: route({
    method: 'DELETE',
    path: '/v1/sandboxes/:sandbox/private',
    noun: 'sandboxes',
    role: 'operator',
    summary: 'The private moment is over: it is recorded again',
    params: bySandbox,
    reply: Sandbox,
  }),
} as const;
