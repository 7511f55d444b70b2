/** An agent's work in a sandbox from a goal to an outcome, and what a person thinks of it. */
import { z } from 'zod';
import { AtUs, RunId, SandboxId, TokenId, WallMs } from './ids.ts';
import { Label, Labels } from './text.ts';

export const Door = z.enum(['native', 'console', 'e2b', 'mcp', 'cdp', 'computer', 'model']).meta({ id: 'Door' });
export type Door = z.infer<typeof Door>;

export const RunOutcome = z
  .enum(['succeeded', 'failed', 'stopped', 'unknown'])
  .describe('what its agent says of it; stopped: ended by somebody else; unknown: nobody said')
  .meta({ id: 'RunOutcome' });
export type RunOutcome = z.infer<typeof RunOutcome>;

export const Judgement = z.enum(['pass', 'fail', 'unsure']).meta({ id: 'Judgement' });
export type Judgement = z.infer<typeof Judgement>;

/** Who wrote it: a token, and what it was called then. */
export const Author = z.object({ token: TokenId, name: z.string() }).meta({ id: 'Author' });
export type Author = z.infer<typeof Author>;

export const RunCost = z
  .object({
    usd: z.number().nonnegative().max(1e9).optional(),
    tokens: z.number().int().nonnegative().max(1e15).optional(),
  })
  .strict()
  .meta({ id: 'RunCost' });
export type RunCost = z.infer<typeof RunCost>;

/** Each that is given counts alone: what is reached first stops the run. */
export const RunBudget = z
  .object({
    usd: z.number().positive().max(1e9).optional().describe('of its model’s replies, as the server’s prices have them'),
    tokens: z.number().int().positive().max(1e15).optional().describe('of its model: in (cached ones too) and out'),
    minutes: z.number().positive().max(1e6).optional().describe('from its start'),
  })
  .strict()
  .refine((budget) => Object.values(budget).some((value) => value !== undefined), 'a budget says at least one limit')
  .meta({ id: 'RunBudget' });
export type RunBudget = z.infer<typeof RunBudget>;

/** What the server has counted itself, at the model door. */
export const RunSpent = z
  .object({
    usd: z.number().nonnegative().nullable().describe('null: of no reply the price is known'),
    tokens: z.number().int().nonnegative(),
  })
  .meta({ id: 'RunSpent' });
export type RunSpent = z.infer<typeof RunSpent>;
export const nothingSpent: RunSpent = { usd: null, tokens: 0 };

export const BudgetLimit = z.enum(['usd', 'tokens', 'minutes']).meta({ id: 'BudgetLimit' });
export type BudgetLimit = z.infer<typeof BudgetLimit>;

export const Verdict = z
  .object({ judgement: Judgement, reason: z.string().nullable(), by: Author, atMs: WallMs })
  .meta({ id: 'Verdict' });
export type Verdict = z.infer<typeof Verdict>;

/** More cells say no more on a screen. */
export const STRIP_CELLS = 64;

export const RunStrip = z
  .object({
    cellUs: z.number().int().positive().describe('how long each cell is'),
    cells: z
      .string()
      .regex(/^[.ape]*$/)
      .max(STRIP_CELLS)
      .describe('from the start: . nothing, a the agent called, p a person acted, e a call failed'),
  })
  .meta({ id: 'RunStrip' });
export type RunStrip = z.infer<typeof RunStrip>;

export const Run = z
  .object({
    id: RunId,
    sandbox: SandboxId,
    sandboxName: z.string(),
    hasScreen: z.boolean(),
    origin: z
      .enum(['started', 'seen', 'marked'])
      .describe('started by its agent; seen: the calls of an agent that starts none; marked by a person'),
    goal: z.string().describe('empty when nobody said it'),
    agent: z.string(),
    door: Door,
    outcome: RunOutcome.or(z.literal('running')),
    reason: z.string().nullable().describe('why it ended so'),
    cost: RunCost.nullable().describe('what its agent says'),
    budget: RunBudget.nullable().default(null).describe('when one of its limits is reached, its calls are refused'),
    spent: RunSpent.default(nothingSpent),
    labels: Labels,
    traceparent: z.string().nullable().describe('its place in an OpenTelemetry trace (W3C)'),
    startedAtUs: AtUs,
    endedAtUs: AtUs.nullable(),
    startedAtMs: WallMs,
    endedAtMs: WallMs.nullable(),
    durationMs: z.number().nonnegative().describe('until now while it runs'),
    calls: z.number().int().nonnegative(),
    errors: z.number().int().nonnegative().describe('calls that failed'),
    interventions: z.number().int().nonnegative().describe('acts of people'),
    notes: z.number().int().nonnegative(),
    strip: RunStrip,
    verdict: Verdict.nullable(),
  })
  .meta({ id: 'Run' });
export type Run = z.infer<typeof Run>;

const Goal = z.string().trim().min(1).max(2_000);
const traceparent = z
  .string()
  .regex(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/, 'a W3C traceparent: 00-<trace>-<span>-<flags>');

export const StartRun = z
  .object({
    goal: Goal,
    agent: Label(80).optional().describe('default: the name of the token'),
    labels: Labels.optional(),
    traceparent: traceparent.optional(),
    budget: RunBudget.optional(),
    range: z
      .object({ fromUs: AtUs, toUs: AtUs })
      .refine(({ fromUs, toUs }) => toUs > fromUs, 'must end after it begins')
      .optional()
      .describe('marks a stretch of the recording as a run that is over; without it the run begins now'),
  })
  .strict()
  .meta({ id: 'StartRun' });
export type StartRun = z.infer<typeof StartRun>;

export const UpdateRun = z
  .object({
    goal: Goal,
    agent: Label(80),
    labels: Labels,
    cost: RunCost,
    budget: RunBudget.nullable().describe('only a person may widen it'),
    reason: z.string().trim().min(1).max(500).describe('of another budget, for the record'),
  })
  .partial()
  .strict()
  .meta({ id: 'UpdateRun' });
export type UpdateRun = z.infer<typeof UpdateRun>;

export const EndRun = z
  .object({
    outcome: RunOutcome,
    reason: z.string().trim().min(1).max(2_000).optional(),
    cost: RunCost.optional(),
  })
  .strict()
  .meta({ id: 'EndRun' });
export type EndRun = z.infer<typeof EndRun>;

export const Say = z
  .object({
    text: z.string().trim().min(1).max(16_000),
    sort: z.enum(['thought', 'plan', 'message']).default('thought'),
  })
  .strict()
  .meta({ id: 'Say' });
export type Say = z.input<typeof Say>;

export const GiveVerdict = z
  .object({ judgement: Judgement, reason: z.string().trim().max(2_000).optional() })
  .strict()
  .meta({ id: 'GiveVerdict' });
export type GiveVerdict = z.infer<typeof GiveVerdict>;

export const RunSort = z
  .enum(['newest', 'oldest', 'longest', 'calls', 'errors', 'interventions', 'cost'])
  .meta({ id: 'RunSort' });
export type RunSort = z.infer<typeof RunSort>;

/** Of the runs that a question asks for, whatever was thought of them. */
export const RunSummary = z
  .object({
    total: z.number().int(),
    toReview: z.number().int().describe('over, and without a verdict'),
    running: z.number().int(),
    pass: z.number().int(),
    fail: z.number().int(),
    unsure: z.number().int(),
    failed: z.number().int().describe('whose agent says so'),
    medianDurationMs: z.number().nullable(),
    medianCalls: z.number().nullable(),
    medianCostUsd: z.number().nullable().describe('of those whose cost is known'),
    interventionsPerRun: z.number().nullable(),
    agents: z.array(z.string()).describe('who made them'),
    labels: z.array(z.string()).describe('`key` or `key=value`'),
  })
  .meta({ id: 'RunSummary' });
export type RunSummary = z.infer<typeof RunSummary>;
