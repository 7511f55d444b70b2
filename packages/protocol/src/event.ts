/** Event kinds of the log. Heavy bytes (terminal, exec, screen) are frames of tracks, not events; see stream.ts and screen.ts. */
import { z } from 'zod';
import { ConversationId, MessageRef } from './conversations.ts';
import { Alike, Answer, AskPerson, GateMode, GatePolicy, HoldEnd, Holder, HoldReason } from './gate.ts';
import {
  AtUs,
  CallId,
  CheckpointId,
  ExecId,
  MessageId,
  NoteId,
  RuleId,
  RunId,
  SandboxId,
  Seq,
  TerminalId,
  WallMs,
} from './ids.ts';
import { ForkedFrom } from './lineage.ts';
import { Actor, Exit, FileChange } from './machine.ts';
import {
  browserClosed,
  browserOpened,
  pageClosed,
  pageDialog,
  pageDownload,
  pageFront,
  pageLogged,
  pageMissed,
  pageNavigated,
  pageOpened,
  pagePopup,
  pageRequested,
} from './page.ts';
import { BudgetLimit, Door, Judgement, RunBudget, RunOutcome } from './runs.ts';
import { EgressPolicy, SandboxPhase, StopReason } from './sandbox.ts';
import { ScreenWindow } from './windows.ts';

const event = <K extends string, D extends z.ZodRawShape>(kind: K, data: D) =>
  z.object({
    seq: Seq,
    atUs: AtUs,
    wallMs: WallMs,
    actor: Actor,
    by: z.string().nullable().describe('token id of who did it'),
    kind: z.literal(kind),
    data: z.object(data),
  });

export const LogEvent = z
  .discriminatedUnion('kind', [
    event('sandbox.created', {
      sandbox: SandboxId,
      image: z.string(),
      name: z.string(),
      parent: ForkedFrom.nullable(),
    }),
    event('sandbox.phase', {
      from: SandboxPhase,
      to: SandboxPhase,
      asked: z.string().nullable(),
      reason: z.string().nullable(),
    }),
    event('sandbox.updated', { changed: z.array(z.string()) }),
    event('environment.changed', {
      changes: z.array(
        z.object({
          name: z.string(),
          from: z.string().nullable().describe('null: as it was when the sandbox was created'),
          to: z.string().nullable(),
          secret: z.boolean().describe('its values are not recorded'),
          removes: z.literal(true).optional().describe('taken away, though the sandbox was created with it'),
          removed: z.literal(true).optional().describe('it had been taken away before'),
        }),
      ),
      undoes: Seq.nullable().describe('the event that it takes back'),
    }).describe('for programs that are started after it'),
    event('egress.changed', {
      from: EgressPolicy,
      to: EgressPolicy,
      undoes: Seq.nullable().describe('the event that it takes back'),
    }),
    event('call.asked', {
      call: CallId,
      door: Door,
      name: z.string().describe('exec, write, mkdir, move, remove, upload …'),
      summary: z.string(),
      arguments: z.record(z.string(), z.unknown()),
      exec: ExecId.optional(),
      causedBy: z
        .object({ call: CallId, toolUse: z.string() })
        .optional()
        .describe('the reply of the model, and the tool use in it, which this call carries out'),
      traceparent: z.string().optional().describe('the caller’s place in its OpenTelemetry trace (W3C)'),
    }),
    event('call.ended', {
      call: CallId,
      ok: z.boolean(),
      durationMs: z.number(),
      summary: z.string(),
      result: z.record(z.string(), z.unknown()).optional(),
      error: z.object({ code: z.string(), message: z.string() }).optional(),
    }),
    event('call.held', {
      call: CallId,
      when: z.enum(['before', 'after']),
      reason: HoldReason,
      expiresAtMs: WallMs.nullable(),
      outcome: z.string().optional().describe('after: what came of it, in words'),
      result: z.record(z.string(), z.unknown()).optional(),
    }),
    event('call.decided', {
      call: CallId,
      when: z.enum(['before', 'after']),
      decision: HoldEnd,
      reason: z.string().nullable(),
      arguments: z
        .record(z.string(), z.unknown())
        .optional()
        .describe('edited: as it runs; call.asked has what was asked'),
      result: z
        .record(z.string(), z.unknown())
        .optional()
        .describe('answered: what the agent gets; call.held has what came of it'),
    }),
    event('call.started', { call: CallId }).describe('only after a hold; else a call starts when it is asked'),
    event('gate.mode', { from: GateMode, to: GateMode }),
    event('gate.policy', { policy: GatePolicy }),
    event('gate.alike', {
      alike: z.array(Alike),
      forgotten: z.array(Alike).optional().describe('what was so before and is not any more'),
    }).describe('all that is approved by “all like this” from now on'),
    event('control.changed', {
      from: Holder,
      to: Holder,
      fence: z.number().int(),
      why: z.enum(['taken', 'given', 'released', 'expired', 'policy']),
      reason: z.string().nullable(),
      note: z.string().nullable().describe('to the agent'),
    }),
    event('control.requested', { name: z.string(), reason: z.string().nullable() }),
    event('question.asked', { call: CallId, question: AskPerson }).describe(
      'of older recordings; the call `ask` says it all',
    ),
    event('question.answered', {
      call: CallId,
      answer: Answer.nullable().describe('null: nobody answered in time, or its asker went away'),
      name: z.string().nullable().describe('who answered'),
    }),
    event('message.sent', { message: MessageId, text: z.string(), from: z.string(), handBack: z.boolean() }),
    event('message.delivered', { message: MessageId, call: CallId.nullable().describe('null: it asked for it') }),
    event('terminal.opened', {
      terminal: TerminalId,
      name: z.string(),
      owner: Actor,
      columns: z.number(),
      rows: z.number(),
    }),
    event('terminal.resized', { terminal: TerminalId, columns: z.number(), rows: z.number() }),
    event('terminal.renamed', { terminal: TerminalId, name: z.string() }),
    event('terminal.exited', { terminal: TerminalId, exit: Exit }),
    event('file.changed', {
      changes: z.array(FileChange),
      dropped: z.number().int().describe('names that were lost to an overflow; 0 = exact'),
    }),
    event('egress.request', {
      host: z.string(),
      port: z.number().int(),
      method: z.string(),
      path: z.string().nullable(),
      verdict: z.enum(['allowed', 'denied', 'failed']),
      status: z.number().int().nullable(),
      sentBytes: z.number(),
      receivedBytes: z.number(),
      durationMs: z.number(),
    }),
    event('browser.opened', browserOpened).describe('watched from now on; pages of an earlier one are gone'),
    event('browser.closed', browserClosed),
    event('page.opened', pageOpened),
    event('page.navigated', pageNavigated),
    event('page.closed', pageClosed),
    event('page.logged', pageLogged),
    event('page.requested', pageRequested),
    event('page.dialog', pageDialog),
    event('page.download', pageDownload),
    event('page.front', pageFront).describe('of a browser without a window: which of its pages the screen shows'),
    event('page.popup', pagePopup),
    event('page.missed', pageMissed).describe('came faster than it is kept: so many were left out'),
    event('screen.opened', { width: z.number(), height: z.number() }),
    event('screen.resized', { width: z.number(), height: z.number() }),
    event('windows.changed', {
      windows: z.array(ScreenWindow).describe('all that are open now, oldest first'),
      active: z.number().int().nullable().describe('id of the one that has the keyboard'),
      opened: z.array(z.number().int()).describe('ids that are new'),
      closed: z.array(ScreenWindow).describe('as they were last'),
      titled: z.array(z.object({ id: z.number().int(), before: z.string() })).describe('got another title'),
    }).describe('the windows of its desktop; titles that change all the time are told every two seconds'),
    event('checkpoint.created', {
      checkpoint: CheckpointId,
      number: z.number(),
      name: z.string(),
      memory: z.boolean(),
      stoppedMs: z.number(),
    }),
    event('checkpoint.restored', { checkpoint: CheckpointId, number: z.number() }),
    event('agent.said', {
      sort: z.enum(['thought', 'plan', 'message']),
      text: z.string(),
    }).describe('what an agent tells of its work; it changes nothing'),
    event('conversation.asked', {
      conversation: ConversationId,
      call: CallId,
      provider: z.string(),
      model: z.string().nullable(),
      from: z.number().int().nonnegative().describe('so many of its messages are as before'),
      messages: z.array(MessageRef).describe('those after them'),
      system: MessageRef.nullable().optional().describe('absent: as before'),
    }).describe('what an agent sent to its model'),
    event('conversation.replied', { conversation: ConversationId, call: CallId, message: MessageRef }),
    event('rule.hit', {
      rule: RuleId,
      name: z.string(),
      moment: z.enum(['before', 'after', 'on']),
      call: CallId.nullable(),
      actions: z.array(z.string()).describe('hold, ask, refuse, checkpoint, notify, log'),
      message: z.string().nullable(),
    }).describe('a rule matched; at most ten times a second for each rule'),
    event('run.started', { run: RunId, goal: z.string(), agent: z.string() }),
    event('run.ended', { run: RunId, outcome: RunOutcome, reason: z.string().nullable() }),
    event('run.budget', {
      run: RunId,
      limit: BudgetLimit,
      state: z.enum(['near', 'spent']).describe('near: four fifths are used; spent: its calls are refused from now on'),
      used: z.number(),
      of: z.number(),
    }),
    event('run.budgeted', {
      run: RunId,
      budget: RunBudget.nullable().describe('null: it has none any more'),
      reason: z.string().nullable(),
    }).describe('somebody gave it another budget'),
    event('run.judged', { run: RunId, verdict: Judgement.nullable().describe('null: it was taken back') }),
    event('note.changed', {
      note: NoteId,
      change: z.enum(['written', 'edited', 'removed']),
      atUs: AtUs.describe('the moment it is pinned to; its words are not in the log, so that they can be taken back'),
    }),
    event('recorder.gap', { track: z.string(), reason: z.string() }),
    event('recorder.stopped', {
      reason: StopReason,
      untilMs: WallMs.nullable().describe('when it goes on by itself at the latest'),
    }),
    event('recorder.resumed', {
      reason: StopReason.describe('why it had stopped'),
      sinceUs: AtUs.describe('from then to this event nothing was kept'),
      why: z.string(),
    }),
  ])
  .meta({ id: 'LogEvent' });
export type LogEvent = z.infer<typeof LogEvent>;
export type LogEventKind = LogEvent['kind'];
/** What a room hands to the recorder; it adds seq, clock and time. */
export type NewLogEvent = {
  [K in LogEventKind]: { kind: K; actor: Actor; by?: string | null; data: Extract<LogEvent, { kind: K }>['data'] };
}[LogEventKind];
