/** The gate of one sandbox: where each call of its agent waits, is decided, and goes through at most once. */
import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Alike,
  AppError,
  type CallId,
  type Decision,
  defaultGatePolicy,
  type Gate,
  type GatePolicy,
  type HoldReason,
  type InFlight,
  type MessageId,
  type Notice,
  toAppError,
} from '@sandglass/protocol';
import type { CallOutcome } from '../sandboxes/calls.ts';
import { type By, byCaller, bySystem, type SandboxEntry } from '../sandboxes/entry.ts';
import { refusal } from '../sandboxes/lifecycle.ts';
import type { Caller } from '../services.ts';
import { AlikeCalls } from './alike.ts';
import type { Causes } from './causes.ts';
import { ControlDesk } from './control.ts';
import { type AfterHold, type GateAsk, GateCall, type Resolution } from './gateCall.ts';
import { holdCall } from './holding.ts';
import { type Go, type Hold, isFlowing } from './holdMachine.ts';
import { Inputs } from './inputs.ts';
import { ModeDesk, type ModeOptions } from './modeDesk.ts';
import { handBackNotice, Notices } from './notices.ts';
import {
  abandoned,
  answerOf,
  type Ended,
  editOf,
  endedFacts,
  expired,
  isFailure,
  rejected,
  serverCloses,
} from './outcomes.ts';
import { Questions } from './questions.ts';
import type { RulePort, RuleRef } from './rules/port.ts';
import { type ShownParts, shownGate, summaryOf } from './shown.ts';

/** What the work of a call that was let through does in turn is a part of it: it must not wait for itself. */
const inside = new AsyncLocalStorage<SandboxGate>();
/** Calls whose end is remembered, to tell who decided late that somebody else did. */
const MOST_DECIDED = 200;

/** What the gate needs of the rooms around it. */
export interface GateWorld extends Pick<ModeOptions, 'clock' | 'freeze' | 'thaw' | 'cancel'> {
  readonly rules: RulePort;
  readonly newCall: () => CallId;
  readonly newMessage: () => MessageId;
  /** Throws when this agent may do nothing more. */
  admit(entry: SandboxEntry, caller: Caller, name: string): void;
  readonly causes: Causes;
  /** Made by the system, so that no rule matches it. */
  checkpoint(entry: SandboxEntry, name: string): Promise<void>;
  readonly onError: (entry: SandboxEntry, error: unknown) => void;
}

/** Reasons that go away by themselves when the mode or the driver changes. */
const passing: ReadonlySet<HoldReason['kind']> = new Set(['pause', 'step', 'runTo', 'control']);
/** What stepping and continuing let go; an approval is a decision of its own. */
const stopping: ReadonlySet<HoldReason['kind']> = new Set(['pause', 'step', 'runTo', 'breakpoint']);

export class SandboxGate {
  readonly entry: SandboxEntry;
  readonly control: ControlDesk;
  readonly questions: Questions;
  readonly notices: Notices;
  readonly #modes: ModeDesk;
  readonly #world: GateWorld;
  readonly #calls = new Map<CallId, GateCall>();
  readonly #decided = new Map<CallId, string>();
  readonly #listeners = new Set<() => void>();
  readonly #inputs = new Inputs();
  #policy: GatePolicy = defaultGatePolicy;
  readonly #alike: AlikeCalls;
  /** Why nobody passes any more. */
  #closed: AppError | null = null;

  constructor(entry: SandboxEntry, world: GateWorld) {
    this.entry = entry;
    this.#world = world;
    const { clock } = world;
    this.#modes = new ModeDesk({
      ...{ entry, clock, freeze: world.freeze, thaw: world.thaw, cancel: world.cancel },
      isBusy: () => [...this.#calls.values()].some((call) => call.isRunning && !call.ask.parked),
      onChange: (flows) => {
        this.changed();
        if (flows) this.#flow();
      },
    });
    this.notices = new Notices(entry);
    this.#alike = new AlikeCalls({ entry, onChange: () => this.changed() });
    this.questions = new Questions({ entry, clock, onChange: () => this.changed() });
    this.control = new ControlDesk({
      entry,
      clock,
      onChange: () => {
        this.changed();
        this.#flow();
      },
      onHandBack: (handBack) => {
        this.notices.add(handBackNotice(entry, handBack, world.newMessage(), clock.now()), bySystem);
        this.questions.handedBack(handBack.from.name, handBack.note);
      },
    });
  }

  /** Calls and input of agents go through now, rules aside. */
  get isOpen(): boolean {
    return isFlowing(this.#modes.mode) && this.control.driver === null;
  }

  /** Whether what comes of such a call might be held: a rule says so, or it is run to the next error. */
  mayHoldAfter(name: string): boolean {
    const { mode } = this.#modes;
    if (mode.kind === 'runningTo' && mode.to.kind === 'error') return true;
    return this.#world.rules.mayHoldAfter(this.entry.id, name);
  }

  restore(kept: { mode: Hold; policy: GatePolicy | null; notices: readonly Notice[]; alike: readonly Alike[] }): void {
    this.#modes.restore(kept.mode);
    if (kept.policy) this.#policy = kept.policy;
    this.notices.restore(kept.notices);
    this.#alike.restore(kept.alike);
    this.changed();
  }

  /** Of what runs already only a standstill stops the parts. */
  #isOpenTo(isInner: boolean): boolean {
    const { kind } = this.#modes.mode;
    return isInner ? kind !== 'paused' && kind !== 'continuing' : this.isOpen;
  }

  // What calls do.

  /**
   * Resolves when the call may run (and is said to), or was answered in the sandbox's stead (`answered`).
   * @throws AppError `rejected`, `controlled`, `gone` … when it may not; nothing was done then, and the log says so.
   */
  async enter(caller: Caller, ask: GateAsk, signal?: AbortSignal): Promise<GateCall> {
    const { entry } = this;
    const { causes } = this.#world;
    if (entry.ended) throw refusal(entry.life, ask.name);
    if (this.#closed) throw this.#closed;
    const gated = caller.actor === 'agent' && !this.control.isHeldBy(caller);
    this.#approach(caller);
    const isInner = inside.getStore() === this;
    const isAtOnce = !gated || this.#isOpenTo(isInner);
    if (isAtOnce) ask.ready?.();
    const call = new GateCall({
      id: this.#world.newCall(),
      entry,
      caller,
      ask,
      nowMs: this.#world.clock.now(),
      signal: signal ?? caller.signal,
      isInner,
      causedBy: isInner || caller.actor !== 'agent' ? undefined : causes.of(caller.token, entry.id, ask),
    });
    this.#calls.set(call.id, call);
    try {
      if (gated && !ask.parked) await this.#wait(call);
      if (call.answered) return call;
      if (call.wasHeld || !isAtOnce) ask.ready?.();
      call.start(this.#world.clock.now());
    } catch (error) {
      this.#refuse(call, error);
      throw error;
    }
    this.#tell();
    return call;
  }

  /** Runs the work of a call. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return inside.run(this, work);
  }

  /** It ran. null: it has ended, as the log says; else its answer waits for a decision. */
  ran(call: GateCall, ended: Ended): Promise<AfterHold> | null {
    if (call.phase === 'ended') return null;
    const reason = this.#afterReason(call, ended);
    if (reason === null) {
      this.#end(call, ended);
      return null;
    }
    call.step({ kind: 'ran' });
    call.after = this.#holdAfter(call, ended, reason);
    return call.after;
  }

  /** Input of an agent that is no call (a terminal, a command's stdin): it waits its turn. @throws AppError */
  async input(caller: Caller): Promise<void> {
    this.#approach(caller);
    if (caller.actor !== 'agent' || this.control.isHeldBy(caller)) return;
    if (this.#closed) throw this.#closed;
    const isInner = inside.getStore() === this;
    const mayGo = () => this.#isOpenTo(isInner);
    if (mayGo() && (isInner || this.#inputs.isEmpty)) return;
    const { driver } = this.control;
    const turn = driver && { name: driver.name, mostMs: this.#policy.drivenMs };
    await this.#inputs.wait(this.#world.clock, mayGo, turn);
  }

  /** What comes piece by piece: none is taken from a person who has lost control meanwhile. @throws AppError */
  async *pieces<T>(caller: Caller, from: AsyncIterable<T>): AsyncIterable<T> {
    for await (const piece of from) {
      this.#still(caller);
      yield piece;
    }
    this.#still(caller);
  }

  #approach(caller: Caller): void {
    if (caller.actor === 'person') this.control.touch(caller);
    else if (caller.actor === 'agent') this.control.approach(caller);
  }

  #still({ fence: _, ...caller }: Caller): void {
    // Whoever took control since may well be they themselves.
    if (caller.actor === 'person') this.control.touch(caller);
  }

  // What people do.

  async pause(by: By, how: { inFlight: InFlight; freeze: boolean }): Promise<void> {
    await this.#modes.pause(by, how);
  }

  /** What stopped by a breakpoint or at a target goes on, too. */
  async go(go: Go, by: By): Promise<void> {
    await this.#modes.go(go, by);
    if (go.kind === 'step' || !isFlowing(this.#modes.mode)) return;
    for (const { hold } of [...this.#calls.values()])
      if (hold && !hold.deciding && stopping.has(hold.reason.kind)) hold.resolve({ end: 'approved', by, reason: null });
  }

  async step(by: By, wanted: CallId | undefined): Promise<void> {
    if (wanted !== undefined && !this.#calls.get(wanted)?.hold) throw this.#notHeld(wanted);
    const oldest = [...this.#calls.values()].find(({ hold }) => hold && stopping.has(hold.reason.kind));
    const id = wanted ?? oldest?.id;
    const hold = id && this.#calls.get(id)?.hold;
    const first = hold?.when === 'before' ? (id ?? null) : null;
    await this.go({ kind: 'step', call: first }, by);
    // What waited for the mode alone has gone by now.
    hold?.resolve({ end: 'approved', by, reason: null });
  }

  async decide(caller: Caller, id: CallId, decision: Decision): Promise<void> {
    const call = this.#calls.get(id);
    const hold = call?.hold;
    if (!call || !hold) throw this.#notHeld(id);
    if (hold.deciding) throw new AppError('conflict', 'Somebody else is deciding about this call just now.');
    const by = byCaller(caller);
    const reason = decision.reason ?? null;
    this.#remember(id, decision, caller);
    try {
      if (decision.kind === 'reject') return hold.resolve({ end: 'rejected', by, reason });
      if (decision.kind === 'answer') {
        const answer = answerOf(call, decision.result);
        return hold.resolve({ end: 'answered', by, reason, answer });
      }
      const edited = decision.kind === 'edit' ? editOf(call, decision.arguments) : null;
      // While all stands still, this one call goes: that is a step.
      if (hold.when === 'before' && !isFlowing(this.#modes.mode)) {
        hold.deciding = true;
        await this.go({ kind: 'step', call: id }, by);
      }
      if (decision.kind === 'approve' && decision.alike && 'rule' in hold.reason)
        this.#alike.add({ name: call.ask.name, rule: hold.reason.rule, token: call.caller.token }, by);
      hold.resolve(edited ? { end: 'edited', by, reason, arguments: edited } : { end: 'approved', by, reason });
    } catch (error) {
      hold.deciding = false;
      this.#decided.delete(id);
      throw error;
    }
  }

  forgetAlike(by: By): void {
    this.#alike.forget(by);
  }

  setPolicy(policy: Partial<GatePolicy>, by: By): void {
    this.#policy = { ...this.#policy, ...policy };
    this.entry.append({ kind: 'gate.policy', actor: by.actor, by: by.token, data: { policy: this.#policy } });
    this.control.apply({ kind: 'rest', rest: this.#policy.agentHolds ? 'agent' : 'nobody' }, { by, why: 'policy' });
    this.changed();
  }

  /** For the agent to know at its next call. */
  note(text: string, from: string): void {
    const { clock, newMessage } = this.#world;
    this.notices.add({ id: newMessage(), kind: 'message', text, from, atMs: clock.now(), files: [] }, bySystem);
    this.changed();
  }

  /** A rule matched something that is no call: what comes next is held. */
  hit(because: string): void {
    this.#modes.apply({ kind: 'hit', because });
  }

  /** The sandbox ends, or the server does: nobody waits any longer. */
  close(why: { readonly reason: string } | 'server'): void {
    const error = why === 'server' ? serverCloses() : new AppError('gone', `${why.reason} The call was not run.`);
    this.#closed = error;
    for (const { hold } of [...this.#calls.values()])
      hold?.resolve({ end: 'abandoned', by: bySystem, reason: error.message, error });
    this.questions.close(error);
    this.#inputs.fail(error);
    this.control.close();
    this.#alike.close();
    this.#modes.close();
  }

  // What is shown.

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  gate(): Gate {
    return shownGate(this.#parts());
  }

  /** Something that lists show may have changed, too. */
  changed(): void {
    this.#tell();
    const summary = summaryOf(this.#parts());
    if (JSON.stringify(summary) === JSON.stringify(this.entry.gate)) return;
    this.entry.gate = summary;
    this.entry.changed();
  }

  // Waiting.

  /** Until nothing holds it. Rules are asked once. */
  async #wait(call: GateCall): Promise<void> {
    call.signal?.throwIfAborted();
    let checked = false;
    for (;;) {
      // What was let go just before must not wait again where nobody decides any more.
      if (this.#closed) throw this.#closed;
      // What is a part of a call that runs is finished with it.
      if (!call.isInner) this.#world.admit(this.entry, call.caller, call.ask.name);
      let reason = this.#standing(call);
      if (reason === null && !checked) {
        checked = true;
        const matched = this.#world.rules.before(this.entry.id, call.facts());
        if (matched === null) return;
        if (matched.checkpoint) await this.#checkpointFirst(matched.checkpoint);
        const { decision } = matched;
        if (decision.kind === 'refuse') throw rejected(decision.reason, call.id);
        if (decision.kind !== 'pass') reason = this.#ruleReason(call, decision.kind, decision.rule);
        // Making a checkpoint took its time: things may have changed.
        if (reason === null) continue;
      }
      if (reason === null) return;
      if (reason.kind === 'runTo') this.#modes.apply({ kind: 'hit', because: `the call ${call.ask.name}` });
      const resolution = await this.#hold(call, 'before', reason, null);
      if (resolution.end === 'released') continue;
      if (resolution.end === 'edited') call.given = resolution.arguments ?? call.given;
      else if (resolution.end === 'answered' && resolution.answer) {
        call.answered = { value: resolution.answer.value };
        this.#end(call, {
          ok: true,
          outcome: { summary: 'answered by a person', result: resolution.answer.shown },
        });
      } else if (resolution.end !== 'approved') throw this.#noneOf(resolution, reason, call);
      return;
    }
  }

  /** What holds it now, rules apart. A step takes the first that comes. */
  #standing(call: GateCall): HoldReason | null {
    if (call.isInner) return this.#isOpenTo(true) ? null : { kind: 'pause' };
    const { driver } = this.control;
    if (driver && !call.ask.reads) return { kind: 'control', name: driver.name };
    if (this.#modes.mode.kind === 'stepping' && !call.hold?.deciding)
      this.#modes.apply({ kind: 'taken', call: call.id });
    const { mode } = this.#modes;
    switch (mode.kind) {
      case 'open':
        return null;
      case 'runningTo': {
        const { to } = mode;
        const isTarget = to.kind === 'call' && !call.wasHeld && (to.name === undefined || to.name === call.ask.name);
        return isTarget ? { kind: 'runTo', to } : null;
      }
      case 'stepping':
        return mode.call === call.id ? null : { kind: 'step' };
      default:
        return { kind: 'pause' };
    }
  }

  #hold(
    call: GateCall,
    when: 'before' | 'after',
    reason: HoldReason,
    outcome: CallOutcome | null,
  ): Promise<Resolution> {
    const { holdMs, drivenMs } = this.#policy;
    const mostMs = 'rule' in reason ? holdMs : reason.kind === 'control' ? drivenMs : null;
    const { entry } = this;
    const { clock } = this.#world;
    return holdCall(call, { entry, clock, when, reason, mostMs, outcome, onChange: () => this.changed() });
  }

  async #holdAfter(call: GateCall, ended: Ended, reason: HoldReason): Promise<AfterHold> {
    const outcome = ended.ok ? ended.outcome : { summary: toAppError(ended.error).message };
    const resolution = await this.#hold(call, 'after', reason, outcome);
    if (resolution.end === 'answered' && resolution.answer) {
      const { value, shown } = resolution.answer;
      this.#end(call, { ok: true, outcome: { summary: 'answered by a person', result: shown } });
      return { kind: 'answered', value };
    }
    if (resolution.end === 'rejected') {
      const error = rejected(resolution.reason ?? 'A person rejected it.', call.id);
      this.#end(call, { ok: false, error });
      return { kind: 'rejected', error };
    }
    // It has happened: whoever no longer waits, or waited too long, changes nothing of that.
    this.#end(call, ended);
    return { kind: 'asItWas' };
  }

  #afterReason(call: GateCall, ended: Ended): HoldReason | null {
    if (call.caller.actor !== 'agent' || this.#closed) return null;
    const facts = endedFacts(call, ended, this.#world.clock.now());
    const matched = this.#world.rules.after(this.entry.id, facts);
    if (matched?.checkpoint) void this.#checkpointFirst(matched.checkpoint);
    const { mode } = this.#modes;
    const to = mode.kind === 'runningTo' ? mode.to : null;
    const isHit = to?.kind === 'error' && isFailure(facts);
    if (isHit) this.#modes.apply({ kind: 'hit', because: `${call.ask.name}: ${facts.outcome}` });
    if (call.ask.unheard) return null;
    if (isHit && to) return { kind: 'runTo', to };
    if (!matched || matched.decision.kind === 'pass' || matched.decision.kind === 'refuse') return null;
    return this.#ruleReason(call, matched.decision.kind, matched.decision.rule);
  }

  #ruleReason(call: GateCall, kind: 'hold' | 'ask', { id, name }: RuleRef): HoldReason | null {
    if (this.#alike.has(call.ask.name, { id })) return null;
    return { kind: kind === 'hold' ? 'breakpoint' : 'approval', rule: { id, name } };
  }

  async #checkpointFirst(rule: RuleRef): Promise<void> {
    await this.#world
      .checkpoint(this.entry, rule.name)
      .catch((error: unknown) => this.#world.onError(this.entry, error));
  }

  #noneOf(resolution: Resolution, reason: HoldReason, call: GateCall): Error {
    if (resolution.error) return resolution.error;
    if (resolution.end === 'abandoned') return abandoned();
    if (resolution.end === 'expired')
      return expired(reason, reason.kind === 'control' ? this.#policy.drivenMs : this.#policy.holdMs);
    return rejected(resolution.reason ?? 'A person rejected it.', call.id);
  }

  // Ending.

  #end(call: GateCall, ended: Ended): void {
    this.#deliver(call);
    if (ended.ok) call.ended(ended.outcome);
    else call.failed(ended.error, 'failed');
    this.#gone(call);
  }

  /** It never ran. */
  #refuse(call: GateCall, error: unknown): void {
    if (call.phase === 'ended') return;
    this.#deliver(call);
    // What was not to be a call of the log becomes one when it is refused.
    if (!this.entry.ended) call.record();
    call.failed(error, 'rejected');
    this.#gone(call);
  }

  #gone(call: GateCall): void {
    this.#calls.delete(call.id);
    this.#modes.apply({ kind: 'ended', call: call.id });
    this.#modes.settled();
    if (call.wasHeld) this.changed();
    else this.#tell();
  }

  #deliver(call: GateCall): void {
    if (!call.ask.onNotice || this.notices.waiting.length === 0 || this.entry.ended) return;
    call.ask.onNotice(this.notices.take(call.id));
    this.changed();
  }

  /** The mode or the driver changed: what no longer holds lets go, oldest first. */
  #flow(): void {
    for (const call of [...this.#calls.values()]) {
      const { hold } = call;
      if (hold?.when !== 'before' || !passing.has(hold.reason.kind) || hold.deciding) continue;
      const now = this.#standing(call);
      if (now?.kind !== hold.reason.kind) hold.resolve({ end: 'released', by: bySystem, reason: null });
    }
    this.#inputs.flow();
  }

  #notHeld(id: CallId): AppError {
    const how = this.#decided.get(id);
    if (how !== undefined) return new AppError('conflict', `It is decided already: ${how}.`);
    return new AppError(
      'gone',
      'This call does not wait any more: it was decided, its time was over, or its client went away.',
    );
  }

  #remember(id: CallId, decision: Decision, caller: Caller): void {
    this.#decided.set(id, `${decision.kind} by ${caller.name ?? caller.actor}`);
    if (this.#decided.size > MOST_DECIDED) this.#decided.delete(this.#decided.keys().next().value!);
  }

  #parts(): ShownParts {
    const { entry, control, questions, notices } = this;
    return {
      ...{ entry, control, questions, notices },
      ...{ mode: this.#modes.mode, calls: [...this.#calls.values()], alike: this.#alike.all, policy: this.#policy },
    };
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
