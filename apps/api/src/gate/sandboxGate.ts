/** The gate of one sandbox: where each call of its agent waits, is decided, and goes through at most once. */
import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Alike,
  AppError,
  type CallId,
  defaultGatePolicy,
  type Gate,
  type GatePolicy,
  type HoldReason,
  type InFlight,
  type Notice,
} from '@sandglass/protocol';
import { type By, bySystem, type SandboxEntry } from '../sandboxes/entry.ts';
import { refusal } from '../sandboxes/lifecycle.ts';
import type { Caller } from '../services.ts';
import { AlikeCalls } from './alike.ts';
import { Checks } from './checks.ts';
import { ControlDesk } from './control.ts';
import { Decisions } from './decisions.ts';
import { type AfterHold, type GateAsk, GateCall } from './gateCall.ts';
import type { GateWorld } from './gateWorld.ts';
import type { Hold } from './holdMachine.ts';
import { Inputs } from './inputs.ts';
import { ModeDesk } from './modeDesk.ts';
import { handBackNotice, Notices } from './notices.ts';
import { type Ended, serverCloses } from './outcomes.ts';
import { Questions } from './questions.ts';
import { type ShownParts, shownGate, summaryOf } from './shown.ts';

/** What the work of a call that was let through does in turn is a part of it: it must not wait for itself. */
const inside = new AsyncLocalStorage<SandboxGate>();
/** Reasons that go away by themselves when the mode or the driver changes. */
const passing: ReadonlySet<HoldReason['kind']> = new Set(['pause', 'step', 'runTo', 'control']);

export class SandboxGate {
  readonly entry: SandboxEntry;
  readonly control: ControlDesk;
  readonly questions: Questions;
  readonly notices: Notices;
  readonly #modes: ModeDesk;
  readonly #world: GateWorld;
  readonly #calls = new Map<CallId, GateCall>();
  readonly #checks: Checks;
  readonly decisions: Decisions;
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
    this.#checks = new Checks({
      ...{ entry, world, modes: this.#modes, control: this.control, alike: this.#alike },
      policy: () => this.#policy,
      closed: () => this.#closed,
      onChange: () => this.changed(),
      end: (call, ended) => this.#end(call, ended),
    });
    this.decisions = new Decisions({ calls: this.#calls, modes: this.#modes, alike: this.#alike });
  }

  /** Calls and input of agents go through now, rules aside. */
  get isOpen(): boolean {
    return this.#checks.isOpen;
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
    const isAtOnce = !gated || this.#checks.isOpenTo(isInner);
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
      if (gated && !ask.parked) await this.#checks.before(call);
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
    const reason = this.#checks.afterReason(call, ended);
    if (reason === null) {
      this.#end(call, ended);
      return null;
    }
    call.step({ kind: 'ran' });
    call.after = this.#checks.after(call, ended, reason);
    return call.after;
  }

  /** Input of an agent that is no call (a terminal, a command's stdin): it waits its turn. @throws AppError */
  async input(caller: Caller): Promise<void> {
    this.#approach(caller);
    if (caller.actor !== 'agent' || this.control.isHeldBy(caller)) return;
    if (this.#closed) throw this.#closed;
    const isInner = inside.getStore() === this;
    const mayGo = () => this.#checks.isOpenTo(isInner);
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

  #still(caller: Caller): void {
    // Whoever took control since may well be they themselves.
    if (caller.actor === 'person') this.control.still(caller);
  }

  // What people do.

  async pause(by: By, how: { inFlight: InFlight; freeze: boolean }): Promise<void> {
    await this.#modes.pause(by, how);
  }

  forgetAlike(by: By, which: Parameters<AlikeCalls['forget']>[1]): void {
    this.#alike.forget(by, which);
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
      const now = this.#checks.standing(call);
      if (now?.kind !== hold.reason.kind) hold.resolve({ end: 'released', by: bySystem, reason: null });
    }
    this.#inputs.flow();
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
