import type { CallId, ExecId, HeldCall, HoldEnd, HoldReason, RunningCall } from '@sandglass/protocol';
import { currentTrace } from '../lib/trace.ts';
import { PRIVATE } from '../recorder/privateEvents.ts';
import { askCall, type CallOutcome, type OpenCall, resumeCall } from '../sandboxes/calls.ts';
import type { By, SandboxEntry } from '../sandboxes/entry.ts';
import type { AskedCall, Caller } from '../services.ts';
import { type CallState, type CallStep, callTransition, newCall } from './callMachine.ts';
import type { Cause } from './causes.ts';
import { placed } from './placing.ts';
import type { AskedFacts } from './rules/port.ts';

/** A call as the gate is asked for it. */
export interface GateAsk extends Pick<AskedCall<never, never>, 'name' | 'reads' | 'onHeld' | 'onNotice'> {
  readonly summary: string;
  readonly arguments: Record<string, unknown>;
  readonly exec?: ExecId;
  readonly schema?: { parse(value: unknown): Record<string, unknown> } | undefined;
  readonly answer?: { parse(value: unknown): unknown } | undefined;
  /** It has its events already (a checkpoint, a kill): it is a call of the log only when something stops it. */
  readonly quiet?: boolean;
  /** It asks people something: it waits by itself, and a pause does not wait for it. */
  readonly parked?: boolean;
  /** Nobody waits for what comes of it, so that it cannot be held after it ran. */
  readonly unheard?: boolean;
  /** Told its id before it runs. */
  readonly onCall?: (call: CallId) => void;
  /** Throws when it is not possible now; asked before anything is recorded, unless the gate makes it wait. */
  readonly ready?: () => void;
}

/** How a hold ended, and by whom. */
export interface Resolution {
  readonly end: HoldEnd;
  readonly by: By;
  readonly reason: string | null;
  readonly arguments?: Record<string, unknown>;
  readonly answer?: { readonly value: unknown; readonly shown: Record<string, unknown> };
  /** What its caller gets instead of what the end says by itself. */
  readonly error?: Error;
}

export interface CallHold {
  readonly when: 'before' | 'after';
  readonly reason: HoldReason;
  readonly sinceMs: number;
  readonly expiresAtMs: number | null;
  /** After: what came of it, as it is shown. */
  readonly outcome: CallOutcome | null;
  /** After: the same, as it was. */
  readonly original: Record<string, unknown>;
  /** Somebody's decision is being carried out. */
  deciding: boolean;
  resolve(resolution: Resolution): void;
}

/** One call at the gate, from being asked to its end. */
export class GateCall {
  readonly id: CallId;
  readonly ask: GateAsk;
  readonly caller: Caller;
  readonly signal: AbortSignal | undefined;
  readonly askedAtMs: number;
  /** Asked by the work of a call that runs: a part of it. */
  readonly isInner: boolean;
  readonly #entry: SandboxEntry;
  readonly #causedBy: Cause | undefined;
  readonly #trace = currentTrace();
  #state: CallState = newCall;
  #open: OpenCall | null = null;
  /** Asked in a private moment: those who look see that it waits, not what it is. */
  #isPrivate = false;
  /** As the log has them: cut, and without secrets. */
  #shown: Record<string, unknown> = {};
  given: Record<string, unknown>;
  startedAtMs: number | null = null;
  hold: CallHold | null = null;
  wasHeld = false;
  answered: { readonly value: unknown } | null = null;
  /** Set when it has run and its answer waits. */
  after: Promise<AfterHold> | null = null;

  constructor(options: {
    id: CallId;
    entry: SandboxEntry;
    caller: Caller;
    ask: GateAsk;
    nowMs: number;
    signal: AbortSignal | undefined;
    isInner: boolean;
    causedBy?: Cause | undefined;
  }) {
    this.id = options.id;
    this.ask = options.ask;
    this.caller = options.caller;
    this.signal = options.signal;
    this.isInner = options.isInner;
    this.askedAtMs = options.nowMs;
    this.#entry = options.entry;
    this.#causedBy = options.causedBy;
    this.given = options.ask.arguments;
    if (!options.ask.quiet) this.record();
  }

  /** Tells who waits that a person decides, or that it goes on. */
  tell(held: { readonly reason: string } | null): void {
    (this.ask.onHeld ?? this.caller.onHeld)?.(held);
  }

  get phase(): CallState['phase'] {
    return this.#state.phase;
  }

  get seq(): number {
    return this.#open?.seq ?? 0;
  }

  get isRunning(): boolean {
    return this.phase === 'running';
  }

  step(step: CallStep): void {
    this.#state = callTransition(this.#state, step);
  }

  record(): void {
    if (this.#open) return;
    const { name, summary, arguments: given, exec } = this.ask;
    const asked = askCall(this.#entry.log, this.caller, this.id, {
      name,
      summary,
      arguments: given,
      ...(exec === undefined ? {} : { exec }),
      ...(this.#causedBy === undefined ? {} : { causedBy: this.#causedBy }),
      ...(this.#trace === null ? {} : { traceparent: this.#trace }),
    });
    this.#open = asked;
    this.#isPrivate = this.#entry.log.capture.phase === 'private';
    this.#shown = this.#isPrivate ? {} : asked.recorded;
  }

  /** It runs from now on; what it waited is not how long it took. */
  start(nowMs: number): void {
    this.step({ kind: 'start' });
    this.startedAtMs = nowMs;
    if (!this.wasHeld || !this.#open) return;
    const { log } = this.#entry;
    const { actor, token } = this.caller;
    const { seq, atUs } = log.append({ kind: 'call.started', actor, by: token, data: { call: this.id } });
    this.#open = resumeCall(log, { actor, token }, { call: this.id, seq: this.seq || seq, atUs });
  }

  ended(outcome: CallOutcome): void {
    this.step({ kind: 'end', how: this.answered ? 'answered' : 'done' });
    this.#open?.ended(outcome);
  }

  failed(error: unknown, how: 'failed' | 'rejected' | 'expired' | 'abandoned' | 'gone'): void {
    this.step({ kind: 'end', how });
    if (!this.#entry.ended) this.#open?.failed(error);
  }

  facts(): AskedFacts {
    const { name, summary } = this.ask;
    const { actor, door } = this.caller;
    return { call: this.id, name, summary, arguments: this.given, actor, door };
  }

  /** What a person made of the arguments that were shown. @throws AppError when something hidden stands where it did not. */
  edited(given: Record<string, unknown>): Record<string, unknown> {
    const { redactor } = this.#entry.log;
    return placed(given, { name: 'arguments', shown: this.#shown, original: this.ask.arguments, redactor });
  }

  /** The same of its result, when it has run. */
  editedResult(given: Record<string, unknown>): Record<string, unknown> {
    const { hold } = this;
    if (hold?.when !== 'after') return given;
    const { redactor } = this.#entry.log;
    return placed(given, { name: 'result', shown: hold.outcome?.result ?? {}, original: hold.original, redactor });
  }

  held(): HeldCall | null {
    const { hold, ask } = this;
    if (!hold) return null;
    const { when, reason, sinceMs, expiresAtMs, outcome } = hold;
    return {
      call: this.id,
      when,
      name: ask.name,
      summary: this.#words(),
      arguments: this.#shown,
      result: this.#isPrivate ? null : (outcome?.result ?? null),
      outcome: this.#isPrivate ? PRIVATE : (outcome?.summary ?? null),
      reason,
      door: this.caller.door,
      actor: this.caller.actor,
      askedAtMs: this.askedAtMs,
      heldAtMs: sinceMs,
      expiresAtMs,
      may: {
        edit: when === 'before' && ask.schema !== undefined && !this.#isPrivate,
        answer: ask.answer !== undefined,
      },
    };
  }

  #words(): string {
    return this.#isPrivate ? PRIVATE : this.#entry.log.redact(this.ask.summary);
  }

  running(): RunningCall {
    const { name } = this.ask;
    return {
      call: this.id,
      name,
      summary: this.#words(),
      door: this.caller.door,
      startedAtMs: this.startedAtMs ?? this.askedAtMs,
    };
  }
}

/** What became of a call whose answer was held. */
export type AfterHold =
  | { readonly kind: 'asItWas' }
  | { readonly kind: 'answered'; readonly value: unknown }
  | { readonly kind: 'rejected'; readonly error: Error };
