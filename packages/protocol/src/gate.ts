/**
 * The gate of a sandbox: every call of an agent passes it. It records, applies the rules, and lets a call through, holds it or
 * refuses it. Beside it lies control: the lease to use mouse, keyboard, terminals and files, held by the agent, one person, or nobody.
 * What each state means and how to use it: docs/gate.md.
 */
import { z } from 'zod';
import { CallId, MessageId, RuleId, RunId, SandboxId, Seq, WallMs } from './ids.ts';
import { Actor } from './machine.ts';
import { Door } from './runs.ts';
import { SandboxPath } from './text.ts';

/** What a person writes to explain, to answer or to tell: several lines, no control characters but line breaks and tabs. */
export const Words = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine(
      (text) => !/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u.test(text),
      'must not hold control or bidi characters',
    );

/** Calls that run when a pause is asked for. */
export const InFlight = z
  .enum(['settle', 'cancel', 'finish'])
  .describe(
    'settle: what ends within two seconds may end, the rest stands still in its middle and goes on later; cancel: commands are killed; finish: the pause waits until all have ended',
  )
  .meta({ id: 'InFlight' });
export type InFlight = z.infer<typeof InFlight>;

/** Let it go until something happens, then hold it again. */
export const RunTo = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('call'),
      name: z.string().min(1).max(100).optional().describe('only a call of this name'),
    }),
    z.object({ kind: z.literal('error') }).describe('a call that fails or a command that exits non-zero'),
    z.object({ kind: z.literal('fileChange'), under: SandboxPath.optional().describe('only below this path') }),
    z.object({ kind: z.literal('checkpoint') }),
  ])
  .meta({ id: 'RunTo' });
export type RunTo = z.infer<typeof RunTo>;

export const RuleName = z.object({ id: RuleId, name: z.string() }).meta({ id: 'RuleName' });
export type RuleName = z.infer<typeof RuleName>;

const freeze = z.boolean().describe('pause = hold and freeze; false: calls are held, the sandbox itself runs on');

/** The table is in apps/api/src/gate/holdMachine.ts. Asked is not happened: `pausing` and `continuing` are their own modes. */
export const GateMode = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('open') }),
    z.object({ kind: z.literal('pausing'), freeze, inFlight: InFlight, because: z.string().nullable() }),
    z.object({ kind: z.literal('paused'), freeze, because: z.string().nullable().describe('what it stopped at') }),
    z.object({ kind: z.literal('continuing') }),
    z.object({
      kind: z.literal('stepping'),
      freeze,
      call: CallId.nullable().describe('null: the next one that comes'),
    }),
    z.object({ kind: z.literal('runningTo'), freeze, to: RunTo }),
  ])
  .meta({ id: 'GateMode' });
export type GateMode = z.infer<typeof GateMode>;

/** Why a call waits. */
export const HoldReason = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('pause') }),
    z.object({ kind: z.literal('step') }),
    z.object({ kind: z.literal('runTo'), to: RunTo }),
    z.object({ kind: z.literal('breakpoint'), rule: RuleName }),
    z.object({ kind: z.literal('approval'), rule: RuleName }).describe('a rule wants a person to allow it'),
    z.object({ kind: z.literal('control'), name: z.string() }).describe('this person has control'),
  ])
  .meta({ id: 'HoldReason' });
export type HoldReason = z.infer<typeof HoldReason>;

export const HeldCall = z
  .object({
    call: CallId,
    when: z.enum(['before', 'after']).describe('after: it has run, its answer waits'),
    name: z.string(),
    summary: z.string(),
    arguments: z.record(z.string(), z.unknown()),
    result: z.record(z.string(), z.unknown()).nullable().describe('after: what came of it'),
    outcome: z.string().nullable().describe('after: the same in words'),
    reason: HoldReason,
    door: Door,
    actor: Actor,
    askedAtMs: WallMs,
    heldAtMs: WallMs,
    expiresAtMs: WallMs.nullable().describe('then it is rejected'),
    may: z
      .object({ edit: z.boolean(), answer: z.boolean() })
      .describe('whether its arguments can be edited; whether a person can answer it, or edit its result'),
  })
  .meta({ id: 'HeldCall' });
export type HeldCall = z.infer<typeof HeldCall>;

export const RunningCall = z
  .object({ call: CallId, name: z.string(), summary: z.string(), door: Door, startedAtMs: WallMs })
  .meta({ id: 'RunningCall' });
export type RunningCall = z.infer<typeof RunningCall>;

/** What a person decides of a held call. `reason` is why; a rejection's reaches the agent. */
export const Decision = z
  .discriminatedUnion('kind', [
    z
      .object({
        kind: z.literal('approve'),
        alike: z
          .boolean()
          .optional()
          .describe('also all later ones of this name that this rule would hold, until the run ends that is under way'),
        reason: Words(1_000).optional(),
      })
      .strict(),
    z
      .object({
        kind: z.literal('edit'),
        arguments: z
          .record(z.string(), z.unknown())
          .describe(
            'as they were shown, changed: the mark of a secret (•••) left at its place is that secret, elsewhere it is refused',
          ),
        reason: Words(1_000).optional(),
      })
      .strict(),
    z
      .object({
        kind: z.literal('answer'),
        result: z
          .record(z.string(), z.unknown())
          .describe('before: in the place of running it; after: in the place of its result'),
        reason: Words(1_000).optional(),
      })
      .strict(),
    z.object({ kind: z.literal('reject'), reason: Words(1_000) }).strict(),
  ])
  .meta({ id: 'Decision' });
export type Decision = z.infer<typeof Decision>;

/** How a hold ended. `released`: nothing holds it any more; `expired`: nobody decided in time; `abandoned`: its client went away. */
export const HoldEnd = z
  .enum(['approved', 'edited', 'answered', 'rejected', 'released', 'expired', 'abandoned'])
  .meta({ id: 'HoldEnd' });
export type HoldEnd = z.infer<typeof HoldEnd>;

/** Who may touch. `nobody`: every operator may, and the agent, too. */
export const Holder = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('nobody') }),
    z.object({ kind: z.literal('agent') }),
    z.object({
      kind: z.literal('person'),
      viewer: z.string().max(100).describe('as `id` in presence: one browser session or one program'),
      name: z.string(),
    }),
  ])
  .meta({ id: 'Holder' });
export type Holder = z.infer<typeof Holder>;

export const Control = z
  .object({
    holder: Holder,
    fence: z
      .number()
      .int()
      .nonnegative()
      .describe(
        'one more with each change of holder. Who has control sends it with all that they do; input with an older one is refused',
      ),
    sinceMs: WallMs.nullable(),
    expiresAtMs: WallMs.nullable().describe('a person who is not heard of until then loses control'),
    requests: z.array(z.object({ viewer: z.string(), name: z.string(), reason: z.string().nullable(), atMs: WallMs })),
  })
  .meta({ id: 'Control' });
export type Control = z.infer<typeof Control>;

/** A field of a form that an agent asks a person to fill in. */
export const QuestionField = z
  .object({
    name: z.string().regex(/^[A-Za-z_][\w-]{0,63}$/),
    label: Words(200),
    kind: z.enum(['text', 'number', 'yesNo', 'choice']).default('text'),
    choices: z.array(Words(200)).min(1).max(50).optional(),
    required: z.boolean().default(false),
  })
  .strict();

export const AskPerson = z
  .object({
    question: Words(4_000),
    choices: z.array(Words(200)).min(1).max(20).optional(),
    fields: z.array(QuestionField).min(1).max(20).optional(),
    takeOver: z.boolean().optional().describe('please take control and do something; answered when it is handed back'),
    timeoutMs: z.number().int().min(1_000).max(604_800_000).optional().describe('default: no limit'),
  })
  .strict()
  .meta({ id: 'AskPerson' });
export type AskPerson = z.input<typeof AskPerson>;

export const Answer = z
  .object({
    text: Words(16_000).optional(),
    choice: Words(200).optional().describe('one of the choices'),
    fields: z.record(z.string(), z.union([z.string().max(16_000), z.number(), z.boolean()])).optional(),
    declined: z.boolean().optional().describe('there will be no answer'),
  })
  .strict()
  .refine((answer) => Object.values(answer).some((value) => value !== undefined), 'an answer says something')
  .meta({ id: 'Answer' });
export type Answer = z.infer<typeof Answer>;

export const Question = z
  .object({
    call: CallId,
    question: z.string(),
    choices: z.array(z.string()).nullable(),
    fields: z.array(QuestionField).nullable(),
    takeOver: z.boolean(),
    askedAtMs: WallMs,
    expiresAtMs: WallMs.nullable(),
  })
  .meta({ id: 'Question' });
export type Question = z.infer<typeof Question>;

/** Something for the agent to know at its next call: what a person wrote, or what changed while a person had control. */
export const Notice = z
  .object({
    id: MessageId,
    kind: z.enum(['message', 'handBack']),
    text: z.string().describe('as the agent reads it'),
    from: z.string().describe('name of who wrote it or had control'),
    atMs: WallMs,
    files: z.array(z.string()).describe('handBack: files that changed meanwhile, at most a hundred'),
    windows: z
      .object({ opened: z.array(z.string()), closed: z.array(z.string()), active: z.string().nullable() })
      .optional()
      .describe(
        'handBack, where the desktop changed meanwhile: titles of windows, and of the one that has the keyboard now',
      ),
    pages: z
      .array(z.string())
      .optional()
      .describe('handBack: URLs that its browser went to meanwhile, the last one last'),
  })
  .meta({ id: 'Notice' });
export type Notice = z.infer<typeof Notice>;

export const GatePolicy = z
  .object({
    holdMs: z
      .number()
      .int()
      .min(1_000)
      .max(604_800_000)
      .nullable()
      .describe('a call that a rule holds is rejected when nobody decided for so long; null = never. Default: an hour'),
    drivenMs: z
      .number()
      .int()
      .min(0)
      .max(604_800_000)
      .nullable()
      .describe(
        'while a person has control, calls that change something wait for so long and are then refused; null = as long as it takes. Default: a minute',
      ),
    agentHolds: z
      .boolean()
      .describe('control belongs to the agent whenever no person has it: a person must take it to touch anything'),
  })
  .meta({ id: 'GatePolicy' });
export type GatePolicy = z.infer<typeof GatePolicy>;
export const defaultGatePolicy: GatePolicy = { holdMs: 3_600_000, drivenMs: 60_000, agentHolds: false };

/** Later calls of this name are not held by this rule any more. */
export const Alike = z
  .object({
    name: z.string(),
    rule: RuleName,
    run: RunId.nullable().describe('until this run ends; null: none was under way, so until somebody forgets it'),
  })
  .meta({ id: 'Alike' });
export type Alike = z.infer<typeof Alike>;

/** All of it, as the console shows it. The stream's topic `gate` sends it anew with each change. */
export const Gate = z
  .object({
    sandbox: SandboxId,
    seq: Seq,
    mode: GateMode,
    held: z.array(HeldCall).describe('oldest first'),
    running: z.array(RunningCall).describe('let through and not ended yet'),
    moving: z.array(z.string()).describe('paused: what still moves, in words'),
    control: Control,
    questions: z.array(Question),
    notices: z.array(Notice).describe('not delivered yet'),
    alike: z.array(Alike).describe('approved by “all like this”'),
    policy: GatePolicy,
  })
  .meta({ id: 'Gate' });
export type Gate = z.infer<typeof Gate>;

/** What a list and the wall need of it. */
export const SandboxGate = z
  .object({
    mode: z.enum(['open', 'pausing', 'paused', 'continuing', 'stepping', 'runningTo']),
    control: Holder,
    fence: z.number().int().nonnegative().default(0).describe('of control, as in the gate'),
    heldCalls: z.number().int().nonnegative().describe('those that a person is to decide'),
    questions: z.number().int().nonnegative(),
    sinceMs: WallMs.nullable().describe('since when it needs somebody: a call that a rule holds, or a question'),
    summary: z.string().nullable().describe('the oldest of them, in words'),
  })
  .meta({ id: 'SandboxGate' });
export type SandboxGate = z.infer<typeof SandboxGate>;
export const openGate: SandboxGate = {
  mode: 'open',
  control: { kind: 'nobody' },
  fence: 0,
  heldCalls: 0,
  questions: 0,
  sinceMs: null,
  summary: null,
};
