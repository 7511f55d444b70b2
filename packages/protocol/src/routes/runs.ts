import { z } from 'zod';
import { RunId, SandboxId } from '../ids.ts';
import {
  EndRun,
  GiveVerdict,
  Judgement,
  Run,
  RunOutcome,
  RunSort,
  RunSummary,
  Say,
  StartRun,
  UpdateRun,
} from '../runs.ts';
import { bySandbox, page, route } from './route.ts';

const byRun = z.object({ sandbox: SandboxId, run: RunId });
const noun = 'runs';

export const runsRoutes = {
  runs: route({
    method: 'GET',
    path: '/v1/runs',
    noun,
    role: 'viewer',
    summary: 'Runs of all sandboxes, to look through and to judge',
    query: z.object({
      sandbox: SandboxId.optional(),
      outcome: RunOutcome.or(z.literal('running')).optional(),
      verdict: z
        .enum([...Judgement.options, 'none'])
        .optional()
        .describe('none: over, and not judged yet'),
      agent: z.string().max(80).optional(),
      label: z.string().max(320).optional().describe('key or key=value'),
      judgedBy: z.string().max(64).optional().describe('id of a token'),
      q: z
        .string()
        .trim()
        .max(256)
        .optional()
        .describe('in goals, agents, names, reasons, notes, and in what was recorded while they ran'),
      sort: RunSort.default('newest'),
      ...page,
    }),
    reply: z.object({
      items: z.array(Run),
      next: z.string().nullable().describe('give as `after` for the next page'),
      summary: RunSummary.describe('of all that fit, apart from `outcome`, `verdict` and `judgedBy`'),
    }),
  }),
  run: route({
    method: 'GET',
    path: '/v1/sandboxes/:sandbox/runs/:run',
    noun,
    role: 'viewer',
    summary: 'One run',
    params: byRun,
    reply: Run,
  }),
  startRun: route({
    method: 'POST',
    path: '/v1/sandboxes/:sandbox/runs',
    noun,
    role: 'operator',
    summary: 'Begin a run now, or mark a stretch of the recording as one',
    params: bySandbox,
    body: StartRun,
    reply: Run,
    status: 201,
  }),
  updateRun: route({
    method: 'PATCH',
    path: '/v1/sandboxes/:sandbox/runs/:run',
    noun,
    role: 'operator',
    summary: 'Change its goal, agent or labels, or say what it has cost so far',
    params: byRun,
    body: UpdateRun,
    reply: Run,
    repeatable: true,
  }),
  endRun: route({
    method: 'POST',
    path: '/v1/sandboxes/:sandbox/runs/:run/end',
    noun,
    role: 'operator',
    summary: 'End it with an outcome; one that has ended stays as it is',
    params: byRun,
    body: EndRun,
    reply: Run,
    repeatable: true,
  }),
  sayOfRun: route({
    method: 'POST',
    path: '/v1/sandboxes/:sandbox/runs/:run/say',
    noun,
    role: 'operator',
    summary: 'Say what the agent thinks or plans; it is shown in the activity and can be searched',
    params: byRun,
    body: Say,
    reply: null,
  }),
  removeRun: route({
    method: 'DELETE',
    path: '/v1/sandboxes/:sandbox/runs/:run',
    noun,
    role: 'operator',
    summary: 'Take back a run that was marked by hand; the recording stays',
    params: byRun,
    reply: null,
  }),
  giveVerdict: route({
    method: 'PUT',
    path: '/v1/sandboxes/:sandbox/runs/:run/verdict',
    noun,
    role: 'operator',
    summary: 'Say what to think of it',
    params: byRun,
    body: GiveVerdict,
    reply: Run,
  }),
  takeBackVerdict: route({
    method: 'DELETE',
    path: '/v1/sandboxes/:sandbox/runs/:run/verdict',
    noun,
    role: 'operator',
    summary: 'Take the verdict back',
    params: byRun,
    reply: Run,
  }),
} as const;
