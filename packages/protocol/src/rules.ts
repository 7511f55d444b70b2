/** Breakpoints and other rules. The text of a rule is what counts; docs/breakpoints.md explains how it is written. */
import { z } from 'zod';
import { AtUs, CallId, RuleId, SandboxId, Seq, WallMs } from './ids.ts';
import { Label } from './text.ts';

export const RuleText = z
  .string()
  .min(1)
  .max(2_000)
  .meta({ id: 'RuleText', example: 'before exec matching "rm -rf" → hold' });

/** Where a rule holds. `template`: in sandboxes with the label `template` of this value, and in others while a run with it is under way. */
export const RuleScope = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('everywhere') }),
    z.object({ kind: z.literal('template'), template: Label(60) }),
    z.object({ kind: z.literal('sandbox'), sandbox: SandboxId }),
  ])
  .meta({ id: 'RuleScope' });
export type RuleScope = z.infer<typeof RuleScope>;

export const RuleProblem = z
  .object({
    message: z.string(),
    at: z.number().int().describe('characters before it'),
    length: z.number().int(),
    line: z.number().int(),
    column: z.number().int(),
    expected: z.array(z.string()).describe('what could stand there'),
  })
  .meta({ id: 'RuleProblem' });
export type RuleProblem = z.infer<typeof RuleProblem>;

export const Rule = z
  .object({
    id: RuleId,
    name: z.string(),
    text: z.string().describe('in the one way to write it'),
    enabled: z.boolean(),
    scope: RuleScope,
    hits: z.number().int().describe('in the sandbox it was asked of, else in all'),
    lastHitAtMs: WallMs.nullable(),
    createdAtMs: WallMs,
  })
  .meta({ id: 'Rule' });
export type Rule = z.infer<typeof Rule>;

export const RuleSetName = z
  .enum(['payments-and-sends', 'destructive-shell', 'leaves-the-allowed-hosts'])
  .meta({ id: 'RuleSetName' });
export type RuleSetName = z.infer<typeof RuleSetName>;
/** Rules that come with Sandglass; switched on and off as one. */
export const RuleSet = z
  .object({
    name: RuleSetName,
    title: z.string(),
    description: z.string(),
    enabled: z.boolean(),
    everywhere: z.boolean().describe('switched on for every sandbox'),
    templates: z.array(z.string()).describe('templates for whose sandboxes and runs it is switched on'),
    rules: z.array(Rule),
  })
  .meta({ id: 'RuleSet' });
export type RuleSet = z.infer<typeof RuleSet>;

export const RuleList = z.object({ items: z.array(Rule), sets: z.array(RuleSet) }).meta({ id: 'RuleList' });
export type RuleList = z.infer<typeof RuleList>;

const rule = {
  name: Label(80).optional().describe('default: its text'),
  text: RuleText,
  enabled: z.boolean().optional().describe('default true'),
};
export const CreateRule = z.object(rule).strict().meta({ id: 'CreateRule' });
export type CreateRule = z.infer<typeof CreateRule>;
export const SharedScope = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('everywhere') }),
    z.object({ kind: z.literal('template'), template: Label(60) }),
  ])
  .meta({ id: 'SharedScope' });
export type SharedScope = z.infer<typeof SharedScope>;
export const CreateSharedRule = z
  .object({ ...rule, scope: SharedScope })
  .strict()
  .meta({ id: 'CreateSharedRule' });
export type CreateSharedRule = z.infer<typeof CreateSharedRule>;
export const UpdateRule = z.object(rule).partial().strict().meta({ id: 'UpdateRule' });
export type UpdateRule = z.infer<typeof UpdateRule>;

/** What a form can show of a rule. `parts` are joined by `joined`; null where brackets or `not` make it more than a form can show. */
export const RuleParts = z
  .object({
    moment: z.enum(['before', 'after', 'on']),
    names: z.array(z.string()).describe('empty: any call'),
    tests: z.array(z.object({ field: z.string(), by: z.string(), value: z.string() })).nullable(),
    joined: z.enum(['and', 'or']),
    actions: z.array(z.object({ kind: z.string(), message: z.string().nullable() })),
  })
  .meta({ id: 'RuleParts' });
export type RuleParts = z.infer<typeof RuleParts>;
export const CheckedRule = z
  .discriminatedUnion('ok', [
    z.object({ ok: z.literal(true), text: z.string(), parts: RuleParts }),
    z.object({ ok: z.literal(false), problem: RuleProblem }),
  ])
  .meta({ id: 'CheckedRule' });
export type CheckedRule = z.infer<typeof CheckedRule>;

/** A moment of the past that a rule would have matched. */
export const RuleMatch = z
  .object({
    seq: Seq,
    atUs: AtUs,
    wallMs: WallMs,
    call: CallId.nullable(),
    summary: z.string(),
  })
  .meta({ id: 'RuleMatch' });
export type RuleMatch = z.infer<typeof RuleMatch>;
export const RulePreview = z
  .object({
    items: z.array(RuleMatch).describe('the newest first'),
    total: z.number().int(),
    looked: z.number().int().describe('calls or events that were looked at'),
    complete: z.boolean().describe('false: older ones were left out'),
    unknown: z.array(z.string()).describe('fields that the past does not tell; they count as absent'),
  })
  .meta({ id: 'RulePreview' });
export type RulePreview = z.infer<typeof RulePreview>;

/** Rules as a file. A later version reads it. */
export const RuleFile = z
  .object({
    sandglassRules: z.literal(1),
    rules: z.array(z.object({ name: Label(80), text: RuleText, enabled: z.boolean() })).max(200),
    sets: z.array(RuleSetName).max(20).describe('sets that are switched on'),
  })
  .meta({ id: 'RuleFile' });
export type RuleFile = z.infer<typeof RuleFile>;

export const RuleField = z
  .object({
    name: z.string(),
    type: z.enum(['text', 'number', 'duration', 'bytes', 'choice', 'flag', 'point', 'any']),
    meaning: z.string(),
    values: z.array(z.string()).describe('of a choice'),
    calls: z.enum(['both', 'after', 'none']).describe('before and after a call, only after it, or not of calls'),
    events: z.array(z.string()),
  })
  .meta({ id: 'RuleField' });
export type RuleField = z.infer<typeof RuleField>;
