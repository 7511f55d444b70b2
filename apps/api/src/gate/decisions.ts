/** What people decide of calls that wait: one of them, or all that a pause, a step or a breakpoint stopped. The first who decides decides. */
import { AppError, type CallId, type Decision, type HoldReason } from '@sandglass/protocol';
import { type By, byCaller } from '../sandboxes/entry.ts';
import type { Caller } from '../services.ts';
import type { AlikeCalls } from './alike.ts';
import type { GateCall } from './gateCall.ts';
import { type Go, isFlowing } from './holdMachine.ts';
import type { ModeDesk } from './modeDesk.ts';
import { answerOf, editOf } from './outcomes.ts';

/** What stepping and continuing let go; an approval is a decision of its own. */
const stopping: ReadonlySet<HoldReason['kind']> = new Set(['pause', 'step', 'runTo', 'breakpoint']);
/** Calls whose end is remembered, to tell who decided late that somebody else did. */
const MOST_DECIDED = 200;

export interface DecisionsOptions {
  readonly calls: ReadonlyMap<CallId, GateCall>;
  readonly modes: ModeDesk;
  readonly alike: AlikeCalls;
}

export class Decisions {
  readonly #options: DecisionsOptions;
  readonly #decided = new Map<CallId, string>();

  constructor(options: DecisionsOptions) {
    this.#options = options;
  }

  /** What stopped by a breakpoint or at a target goes on, too. */
  async go(go: Go, by: By): Promise<void> {
    await this.#options.modes.go(go, by);
    if (go.kind === 'step' || !isFlowing(this.#options.modes.mode)) return;
    for (const { hold } of [...this.#options.calls.values()])
      if (hold && !hold.deciding && stopping.has(hold.reason.kind)) hold.resolve({ end: 'approved', by, reason: null });
  }

  async step(by: By, wanted: CallId | undefined): Promise<void> {
    if (wanted !== undefined && !this.#options.calls.get(wanted)?.hold) throw this.#notHeld(wanted);
    const oldest = [...this.#options.calls.values()].find(({ hold }) => hold && stopping.has(hold.reason.kind));
    const id = wanted ?? oldest?.id;
    const hold = id && this.#options.calls.get(id)?.hold;
    const first = hold?.when === 'before' ? (id ?? null) : null;
    await this.go({ kind: 'step', call: first }, by);
    // What waited for the mode alone has gone by now.
    hold?.resolve({ end: 'approved', by, reason: null });
  }

  async decide(caller: Caller, id: CallId, decision: Decision): Promise<void> {
    const call = this.#options.calls.get(id);
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
      if (hold.when === 'before' && !isFlowing(this.#options.modes.mode)) {
        hold.deciding = true;
        await this.go({ kind: 'step', call: id }, by);
      }
      if (decision.kind === 'approve' && decision.alike && 'rule' in hold.reason)
        this.#options.alike.add({ name: call.ask.name, rule: hold.reason.rule, token: call.caller.token }, by);
      hold.resolve(edited ? { end: 'edited', by, reason, arguments: edited } : { end: 'approved', by, reason });
    } catch (error) {
      hold.deciding = false;
      this.#decided.delete(id);
      throw error;
    }
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
}
