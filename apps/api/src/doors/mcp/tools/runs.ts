import { budgetUse, budgetWords, RunBudget, RunId, RunOutcome, StartRun } from '@sandglass/protocol';
import { z } from 'zod';
import { defineTool, type Tool } from '../tool.ts';

export const runTools: readonly Tool[] = [
  defineTool({
    name: 'start_run',
    title: 'Start a run',
    description:
      'Say what you are about to work for: from here to end_run the recording counts as one piece of work that people review. A budget stops you with a clear error when a limit is reached. Without this your calls are a run all the same, only without a goal.',
    input: {
      goal: StartRun.shape.goal,
      agent: StartRun.shape.agent.describe('your name; left out: that of your token'),
      budget: RunBudget.optional().describe('limits in dollars and tokens of your model, and in minutes'),
    },
    effect: 'acts',
    run: async ({ goal, agent, budget }, call) => {
      const run = await call.services.runs.start(call.caller, await call.sandbox(), {
        goal,
        ...(agent === undefined ? {} : { agent }),
        ...(budget === undefined ? {} : { budget }),
      });
      const limits = budgetUse(run).map((use) => budgetWords(use));
      return `Run ${run.id} has begun.${limits.length === 0 ? '' : ` Used: ${limits.join(', ')}.`} End it with end_run.`;
    },
  }),
  defineTool({
    name: 'end_run',
    title: 'End a run',
    description: 'Say how the work that start_run began has come out. What you do after that belongs to no run.',
    input: {
      run: RunId.describe('as start_run said it'),
      outcome: RunOutcome,
      reason: z.string().trim().min(1).max(2_000).optional().describe('in a sentence or two'),
    },
    effect: 'acts',
    idempotent: true,
    run: async ({ run, outcome, reason }, call) => {
      const { runs } = call.services;
      const rest = reason === undefined ? {} : { reason };
      const ended = await runs.end(call.caller, await call.sandbox(), run, { outcome, ...rest });
      return `Run ${ended.id} has ended: ${ended.outcome}. ${ended.calls} calls, ${ended.errors} failed.`;
    },
  }),
];
