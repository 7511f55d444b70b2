import { z } from 'zod';
import { ConversationSummary } from './conversations.ts';
import { openGate, SandboxGate } from './gate.ts';
import { AtUs, CheckpointId, SandboxId, Seq, WallMs } from './ids.ts';
import { ForkedFrom } from './lineage.ts';
import { Environment, Label, Labels, Secrets, VariableName, VariableValue } from './text.ts';

/** What a driver can do, as data and per sandbox. What it cannot is absent or `none`; nothing is discovered by an exception. */
export const Capabilities = z
  .object({
    isolation: z.enum(['process', 'container', 'gvisor', 'vm']),
    freeze: z.enum(['memory', 'stop', 'none']).describe('memory: cgroup freezer; stop: SIGSTOP, visible to parents'),
    checkpoint: z.object({
      files: z
        .enum(['instant', 'copy', 'none'])
        .describe('instant: O(1) snapshot while running; copy: stops it for about 1 s per GB'),
      memory: z.boolean(),
    }),
    terminals: z.enum(['persistent', 'attached']),
    screen: z.enum(['rfb', 'cdp', 'none']),
    egress: z.enum(['enforced', 'none']),
    limits: z.object({ cpu: z.boolean(), memory: z.boolean(), pids: z.boolean(), disk: z.boolean() }),
    tracking: z.enum(['fanotify', 'inotify', 'scan']),
  })
  .meta({ id: 'Capabilities' });
export type Capabilities = z.infer<typeof Capabilities>;

export const ImageName = z.enum(['base', 'desktop', 'browser', 'code-interpreter']).meta({ id: 'ImageName' });
export type ImageName = z.infer<typeof ImageName>;

/** Limits of one sandbox. Absent = the image's default; above what the host has = `limitExceeded`. */
export const Limits = z
  .object({
    cpus: z.number().min(0.05).max(1024).describe('cores, fractions allowed'),
    memoryMb: z.number().int().min(64).max(4_194_304),
    diskMb: z.number().int().min(64).max(16_777_216),
    pids: z.number().int().min(16).max(1_000_000),
  })
  .meta({ id: 'Limits' });
export type Limits = z.infer<typeof Limits>;

const EgressName = /^(\*|(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*)$/i;
const EgressAddress = z.union([z.ipv4(), z.cidrv4(), z.ipv6(), z.cidrv6()]);

/** One rule: a host, `*.host` (any depth of subdomain), an address, a range of addresses, or `*`; optionally one port. */
export const EgressRule = z
  .object({
    host: z
      .string()
      .min(1)
      .max(253)
      .refine(
        // Digits and dots alone are an address or a mistake, never a name.
        (host) => (EgressName.test(host) && !/^[\d.]+$/.test(host)) || EgressAddress.safeParse(host).success,
        'a host name, *.host, an address, a range of addresses such as 10.0.0.0/8, or *',
      ),
    port: z.number().int().min(1).max(65_535).optional(),
  })
  .meta({ id: 'EgressRule' });
export type EgressRule = z.infer<typeof EgressRule>;
/** What is allowed by a name, an address or a range is allowed. Else what is denied is denied. Else `*` allows the rest. */
export const EgressPolicy = z
  .object({
    allow: z.array(EgressRule).max(256).describe('what no rule allows is denied; any rule but * wins over deny'),
    deny: z.array(EgressRule).max(256).optional().describe('what * does not allow'),
  })
  .meta({ id: 'EgressPolicy' });
export type EgressPolicy = z.infer<typeof EgressPolicy>;

export const IdlePolicy = z
  .object({ afterMs: z.number().int().min(1_000).max(2_592_000_000), action: z.enum(['freeze', 'kill']) })
  .describe('what to do when no call, terminal input or viewer was seen for so long')
  .meta({ id: 'IdlePolicy' });
export type IdlePolicy = z.infer<typeof IdlePolicy>;

export const WhenExpired = z
  .enum(['kill', 'freeze'])
  .describe('what happens when its time to live is over; default kill. A frozen one then waits for as long as it takes')
  .meta({ id: 'WhenExpired' });
export type WhenExpired = z.infer<typeof WhenExpired>;

/** The lifecycle; see apps/api/src/sandboxes/lifecycle.ts for the table. */
export const SandboxPhase = z
  .enum([
    'creating',
    'running',
    'freezing',
    'frozen',
    'thawing',
    'checkpointing',
    'restoring',
    'killing',
    'dead',
    'failed',
  ])
  .meta({ id: 'SandboxPhase' });
export type SandboxPhase = z.infer<typeof SandboxPhase>;

/** private: a person wants it so; noSpace: the disk that holds the recordings is full. */
export const StopReason = z.enum(['private', 'noSpace']).meta({ id: 'StopReason' });
export type StopReason = z.infer<typeof StopReason>;

/** Whether what happens in a sandbox is being recorded. */
export const Capture = z
  .discriminatedUnion('phase', [
    z.object({ phase: z.literal('on') }),
    z.object({
      phase: z.literal('private'),
      by: z.string().nullable().describe('token of who wants it; only they see the sandbox meanwhile'),
      sinceMs: WallMs,
      untilMs: WallMs.describe('then it ends by itself'),
    }),
    z.object({ phase: z.literal('noSpace'), sinceMs: WallMs }),
  ])
  .meta({ id: 'Capture' });
export type Capture = z.infer<typeof Capture>;

/** How much of a recording is kept. Absent: what the server's settings say; null: without a limit. */
export const Keep = z
  .object({
    days: z.number().min(0.01).max(36_500).nullable(),
    megabytes: z.number().min(1).max(1_000_000_000).nullable(),
  })
  .partial()
  .meta({ id: 'Keep' });
export type Keep = z.infer<typeof Keep>;

export const Sandbox = z
  .object({
    id: SandboxId,
    name: z.string(),
    labels: Labels,
    driver: z.string(),
    level: z.string().describe('L3, L2, L1 or L0 for the local driver'),
    image: ImageName,
    phase: SandboxPhase,
    asked: z
      .enum(['freeze', 'thaw', 'checkpoint', 'restore', 'kill'])
      .nullable()
      .describe('what was asked for and has not happened yet'),
    reason: z.string().nullable().describe('why it is dead or failed'),
    capabilities: Capabilities,
    limits: Limits,
    egress: EgressPolicy,
    environment: Environment.describe('without its secrets'),
    environmentChanges: Environment.optional().describe(
      'set since it was created, for what is started after that; without its secrets',
    ),
    environmentRemoved: z
      .array(z.string())
      .optional()
      .describe('given when it was created and taken away since, for what is started after that'),
    secretNames: z.array(z.string()).default([]).describe('variables whose values are never shown or recorded'),
    capture: Capture.default({ phase: 'on' }),
    keep: Keep.default({}),
    screen: z.object({ width: z.number().int(), height: z.number().int() }).nullable(),
    parent: ForkedFrom.nullable().describe('for a fork: whose past it shares, up to which position'),
    createdAtMs: WallMs,
    endedAtMs: WallMs.nullable(),
    expiresAtMs: WallMs.nullable(),
    whenExpired: WhenExpired.optional(),
    idle: IdlePolicy.nullable(),
    gate: SandboxGate.default(openGate),
    lastSeq: Seq,
  })
  .meta({ id: 'Sandbox' });
export type Sandbox = z.infer<typeof Sandbox>;

export const CreateSandbox = z
  .object({
    image: ImageName.optional().describe('default `base`; not together with `checkpoint`'),
    checkpoint: CheckpointId.optional().describe('start from this checkpoint (a fork)'),
    name: Label(80).optional(),
    labels: Labels.optional(),
    environment: Environment.optional().describe(
      'variables with names such as API_KEY or DB_PASSWORD are treated as secrets',
    ),
    secrets: Secrets.optional().describe(
      'variables whose values are never shown again, and removed from everything that is recorded',
    ),
    keep: Keep.optional(),
    limits: Limits.partial().optional(),
    egress: EgressPolicy.optional().describe('default: nothing is allowed'),
    ttlMs: z.number().int().min(1_000).max(2_592_000_000).optional().describe('ends this long after creation'),
    whenExpired: WhenExpired.optional(),
    idle: IdlePolicy.optional(),
    screen: z
      .object({ width: z.number().int().min(320).max(7680), height: z.number().int().min(240).max(4320) })
      .optional(),
    headless: z
      .boolean()
      .optional()
      .describe(
        'of the images browser and desktop: no desktop is started; the browser runs without a window and is shown by its pages',
      ),
  })
  .strict()
  .refine((body) => !(body.image && body.checkpoint), 'give an image or a checkpoint, not both')
  .meta({ id: 'CreateSandbox' });
export type CreateSandbox = z.infer<typeof CreateSandbox>;

export const UpdateSandbox = z
  .object({
    name: Label(80),
    labels: Labels,
    egress: EgressPolicy,
    ttlMs: z.number().int().min(1_000).max(2_592_000_000).nullable().describe('from now; null = never'),
    idle: IdlePolicy.nullable(),
    keep: Keep,
  })
  .partial()
  .strict()
  .meta({ id: 'UpdateSandbox' });
export type UpdateSandbox = z.infer<typeof UpdateSandbox>;

export const ChangeEnvironment = z
  .object({
    variables: z
      .record(VariableName, VariableValue.nullable())
      .refine((variables) => Object.keys(variables).length <= 256, 'at most 256 variables')
      .default({})
      .describe('null: as it was when the sandbox was created. Names such as API_KEY are treated as secrets'),
    without: z
      .array(VariableName)
      .max(256)
      .default([])
      .describe('taken away, also where the sandbox was created with it'),
  })
  .strict()
  .meta({ id: 'ChangeEnvironment' });
export type ChangeEnvironment = z.infer<typeof ChangeEnvironment>;

/** A restore point: files, memory where the driver can, and the place in the recording. */
export const Checkpoint = z
  .object({
    id: CheckpointId,
    sandbox: SandboxId,
    number: z.number().int().positive().describe('#1, #2 … within its sandbox'),
    name: z.string(),
    parent: CheckpointId.nullable(),
    seq: Seq,
    atUs: AtUs.optional().describe('its place on the clock of the recording; absent in older ones'),
    going: z
      .array(Seq)
      .optional()
      .describe(
        'where that began which was going on: open calls and terminals, windows, who had control and the like; absent in older ones',
      ),
    atMs: WallMs,
    holds: z.object({ files: z.literal(true), memory: z.boolean() }),
    notHeld: z.array(z.string()).describe('what a restore will not bring back, in words'),
    stoppedMs: z.number().describe('how long the sandbox stood still'),
    image: ImageName,
    conversations: z
      .array(ConversationSummary)
      .default([])
      .describe('of agents with their models, as they were at it; the newest first'),
  })
  .meta({ id: 'Checkpoint' });
export type Checkpoint = z.infer<typeof Checkpoint>;

export const CreateCheckpoint = z
  .object({
    name: Label(80).optional(),
    memory: z
      .boolean()
      .optional()
      .describe(
        'Hold the running programs too, where capabilities.checkpoint.memory says it can be. Default false: files alone, since writing memory stops the sandbox for seconds',
      ),
  })
  .strict()
  .meta({ id: 'CreateCheckpoint' });
export type CreateCheckpoint = z.infer<typeof CreateCheckpoint>;

/** One moment of a sandbox's resources. Rates are computed by the reader from two samples. */
export const Stats = z
  .object({
    atMs: WallMs,
    cpuUsec: z.number().describe('total cpu time used, microseconds'),
    cpus: z.number(),
    memoryBytes: z.number(),
    memoryLimitBytes: z.number().nullable(),
    diskBytes: z.number().describe('bytes this sandbox holds alone, beyond its image'),
    diskLimitBytes: z.number().nullable(),
    pids: z.number().int(),
    network: z.object({ receivedBytes: z.number(), sentBytes: z.number() }).describe('through the egress proxy'),
  })
  .meta({ id: 'Stats' });
export type Stats = z.infer<typeof Stats>;
