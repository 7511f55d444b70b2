/** What holds a call of an agent, before it runs and after: the mode, the person who drives, the rules; and its waiting until nothing does. */
import { type AppError, type GatePolicy, type HoldReason, toAppError } from '@sandglass/protocol';
import type { CallOutcome } from '../sandboxes/calls.ts';
import type { SandboxEntry } from '../sandboxes/entry.ts';
import type { AlikeCalls } from './alike.ts';
import type { ControlDesk } from './control.ts';
import type { AfterHold, GateCall, Resolution } from './gateCall.ts';
import type { GateWorld } from './gateWorld.ts';
import { holdCall } from './holding.ts';
import { isFlowing } from './holdMachine.ts';
import type { ModeDesk } from './modeDesk.ts';
import { abandoned, type Ended, endedFacts, expired, isFailure, rejected } from './outcomes.ts';
import type { RuleRef } from './rules/port.ts';

export interface ChecksOptions {
  readonly entry: SandboxEntry;
  readonly world: Pick<GateWorld, 'clock' | 'rules' | 'admit' | 'checkpoint' | 'onError'>;
  readonly modes: ModeDesk;
  readonly control: ControlDesk;
  readonly alike: AlikeCalls;
  readonly policy: () => GatePolicy;
  /** Why nobody passes any more. */
  readonly closed: () => AppError | null;
  readonly onChange: () => void;
  readonly end: (call: GateCall, ended: Ended) => void;
}

export class Checks {
  readonly #options: ChecksOptions;

  constructor(options: ChecksOptions) {
    this.#options = options;
  }

  /** Calls and input of agents go through now, rules aside. */
  get isOpen(): boolean {
    const { modes, control } = this.#options;
    return isFlowing(modes.mode) && control.driver === null;
  }

  /** Of what runs already only a standstill stops the parts. */
  isOpenTo(isInner: boolean): boolean {
    const { kind } = this.#options.modes.mode;
    return isInner ? kind !== 'paused' && kind !== 'continuing' : this.isOpen;
  }

  /** Until nothing holds it. Rules are asked once. */
  async before(call: GateCall): Promise<void> {
    call.signal?.throwIfAborted();
    let checked = false;
    for (;;) {
      // What was let go just before must not wait again where nobody decides any more.
      const closed = this.#options.closed();
      if (closed) throw closed;
      // What is a part of a call that runs is finished with it.
      if (!call.isInner) this.#options.world.admit(this.#options.entry, call.caller, call.ask.name);
      let reason = this.standing(call);
      if (reason === null && !checked) {
        checked = true;
        const matched = this.#options.world.rules.before(this.#options.entry.id, call.facts());
        if (matched === null) return;
        if (matched.checkpoint) await this.#checkpointFirst(matched.checkpoint);
        const { decision } = matched;
        if (decision.kind === 'refuse') throw rejected(decision.reason, call.id);
        if (decision.kind !== 'pass') reason = this.#ruleReason(call, decision.kind, decision.rule);
        // Making a checkpoint took its time: things may have changed.
        if (reason === null) continue;
      }
      if (reason === null) return;
      if (reason.kind === 'runTo') this.#options.modes.apply({ kind: 'hit', because: `the call ${call.ask.name}` });
      const resolution = await this.#hold(call, 'before', reason, null);
      if (resolution.end === 'released') continue;
      if (resolution.end === 'edited') call.given = resolution.arguments ?? call.given;
      else if (resolution.end === 'answered' && resolution.answer) {
        call.answered = { value: resolution.answer.value };
        this.#options.end(call, {
          ok: true,
          outcome: { summary: 'answered by a person', result: resolution.answer.shown },
        });
      } else if (resolution.end !== 'approved') throw this.#noneOf(resolution, reason, call);
      return;
    }
  }

  /** What holds it now, rules apart. A step takes the first that comes. */
  standing(call: GateCall): HoldReason | null {
    if (call.isInner) return this.isOpenTo(true) ? null : { kind: 'pause' };
    const { driver } = this.#options.control;
    if (driver && !call.ask.reads) return { kind: 'control', name: driver.name };
    if (this.#options.modes.mode.kind === 'stepping' && !call.hold?.deciding)
      this.#options.modes.apply({ kind: 'taken', call: call.id });
    const { mode } = this.#options.modes;
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
    const { holdMs, drivenMs } = this.#options.policy();
    const mostMs = 'rule' in reason ? holdMs : reason.kind === 'control' ? drivenMs : null;
    const { entry, world, onChange } = this.#options;
    const { clock } = world;
    return holdCall(call, { entry, clock, when, reason, mostMs, outcome, onChange });
  }

  /** Its answer waits for a decision. */
  async after(call: GateCall, ended: Ended, reason: HoldReason): Promise<AfterHold> {
    const outcome = ended.ok ? ended.outcome : { summary: toAppError(ended.error).message };
    const resolution = await this.#hold(call, 'after', reason, outcome);
    if (resolution.end === 'answered' && resolution.answer) {
      const { value, shown } = resolution.answer;
      this.#options.end(call, { ok: true, outcome: { summary: 'answered by a person', result: shown } });
      return { kind: 'answered', value };
    }
    if (resolution.end === 'rejected') {
      const error = rejected(resolution.reason ?? 'A person rejected it.', call.id);
      this.#options.end(call, { ok: false, error });
      return { kind: 'rejected', error };
    }
    // It has happened: whoever no longer waits, or waited too long, changes nothing of that.
    this.#options.end(call, ended);
    return { kind: 'asItWas' };
  }

  /** What holds the answer of a call that ran; null: nothing. */
  afterReason(call: GateCall, ended: Ended): HoldReason | null {
    if (call.caller.actor !== 'agent' || this.#options.closed()) return null;
    const facts = endedFacts(call, ended, this.#options.world.clock.now());
    const matched = this.#options.world.rules.after(this.#options.entry.id, facts);
    if (matched?.checkpoint) void this.#checkpointFirst(matched.checkpoint);
    const { mode } = this.#options.modes;
    const to = mode.kind === 'runningTo' ? mode.to : null;
    const isHit = to?.kind === 'error' && isFailure(facts);
    if (isHit) this.#options.modes.apply({ kind: 'hit', because: `${call.ask.name}: ${facts.outcome}` });
    if (call.ask.unheard) return null;
    if (isHit && to) return { kind: 'runTo', to };
    if (!matched || matched.decision.kind === 'pass' || matched.decision.kind === 'refuse') return null;
    return this.#ruleReason(call, matched.decision.kind, matched.decision.rule);
  }

  #ruleReason(call: GateCall, kind: 'hold' | 'ask', { id, name }: RuleRef): HoldReason | null {
    if (this.#options.alike.has(call.ask.name, { id })) return null;
    return { kind: kind === 'hold' ? 'breakpoint' : 'approval', rule: { id, name } };
  }

  async #checkpointFirst(rule: RuleRef): Promise<void> {
    const { entry, world } = this.#options;
    await world.checkpoint(entry, rule.name).catch((error: unknown) => world.onError(entry, error));
  }

  #noneOf(resolution: Resolution, reason: HoldReason, call: GateCall): Error {
    if (resolution.error) return resolution.error;
    if (resolution.end === 'abandoned') return abandoned();
    const { drivenMs, holdMs } = this.#options.policy();
    if (resolution.end === 'expired') return expired(reason, reason.kind === 'control' ? drivenMs : holdMs);
    return rejected(resolution.reason ?? 'A person rejected it.', call.id);
  }
}
