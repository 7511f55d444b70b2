/** Who has control of one sandbox: the lease with its clock, written into the log. */
import type { Control, Holder, LogEvent } from '@sandglass/protocol';
import type { Clock } from '../lib/clock.ts';
import { type By, bySystem, type SandboxEntry } from '../sandboxes/entry.ts';
import type { Caller } from '../services.ts';
import {
  checkCommand,
  checkFence,
  checkTouch,
  freeLease,
  isHolder,
  LEASE_MS,
  type Lease,
  type LeaseEvent,
  leaseTransition,
  type Person,
  renewed,
} from './leaseMachine.ts';

type Why = Extract<LogEvent, { kind: 'control.changed' }>['data']['why'];

export interface HandBack {
  readonly from: Extract<Holder, { kind: 'person' }>;
  readonly sinceSeq: number;
  readonly sinceMs: number;
  readonly note: string | null;
}

export interface ControlOptions {
  readonly entry: SandboxEntry;
  readonly clock: Clock;
  readonly onChange: () => void;
  /** A person no longer has control, and no other person has it now. */
  readonly onHandBack: (handBack: HandBack) => void;
}

export const personOf = (caller: Caller): Person => ({
  viewer: caller.viewer ?? caller.token,
  name: caller.name ?? (caller.actor === 'agent' ? 'a program' : 'somebody'),
});

export class ControlDesk {
  readonly #options: ControlOptions;
  #lease: Lease = freeLease;
  #takenAtSeq = 0;
  #cancelTimer: () => void = () => {};

  constructor(options: ControlOptions) {
    this.#options = options;
  }

  get control(): Control {
    return this.#lease.control;
  }

  /** The person who drives, if one does. */
  get driver(): Extract<Holder, { kind: 'person' }> | null {
    const { holder } = this.#lease.control;
    return holder.kind === 'person' ? holder : null;
  }

  isHeldBy(caller: Caller): boolean {
    return isHolder(this.#lease.control.holder, personOf(caller));
  }

  /** @throws AppError when the caller may not touch now; whoever has control keeps it by touching. */
  touch(caller: Caller): void {
    checkTouch(this.#lease, personOf(caller), caller.fence);
    this.#renew();
  }

  /** The same for an agent, which waits its turn at the gate; only what is of an earlier time is refused here. */
  approach(caller: Caller): void {
    if (this.isHeldBy(caller)) this.touch(caller);
    else this.assertNow(caller);
  }

  /** In the middle of what they began: they have control still, perhaps of another time. @throws AppError `controlled` */
  still(caller: Caller): void {
    this.touch({ ...caller, fence: this.#lease.control.fence });
  }

  /** How a terminal is looked at: free, unless a person has control. */
  resize(caller: Caller): void {
    if (caller.actor === 'person' && this.driver) this.touch(caller);
    else this.approach(caller);
  }

  /** For what asks for no control. @throws AppError `conflict` when it is of an earlier time. */
  assertNow(caller: Caller): void {
    checkFence(this.#lease, caller.fence);
  }

  command(caller: Caller): void {
    checkCommand(this.#lease, personOf(caller), caller.fence);
    if (this.isHeldBy(caller)) this.#renew();
  }

  apply(
    event: LeaseEvent,
    said: { by: By; why: Why; reason?: string | undefined; note?: string | undefined },
  ): Control {
    const { entry, clock, onChange, onHandBack } = this.#options;
    const from = this.#lease;
    const to = leaseTransition(from, event, clock.now());
    if (to === from) return from.control;
    this.#lease = to;
    const before = from.control;
    const after = to.control;
    const [reason, note] = [said.reason ?? null, said.note ?? null];
    if (after.fence !== before.fence) {
      const sinceSeq = this.#takenAtSeq;
      const changed = entry.log.append({
        kind: 'control.changed',
        actor: said.by.actor,
        by: said.by.token,
        data: { from: before.holder, to: after.holder, fence: after.fence, why: said.why, reason, note },
      });
      this.#takenAtSeq = changed.seq;
      if (before.holder.kind === 'person' && after.holder.kind !== 'person')
        onHandBack({ from: before.holder, sinceSeq, sinceMs: before.sinceMs ?? clock.now(), note });
    } else if (event.kind === 'request' && after.requests !== before.requests)
      entry.append({
        kind: 'control.requested',
        actor: said.by.actor,
        by: said.by.token,
        data: { name: event.by.name, reason },
      });
    this.#arm();
    if (event.kind !== 'beat') onChange();
    return after;
  }

  /** As it was when the server ended; a person has the whole time again to be heard of. */
  restore(changed: { to: Holder; fence: number; seq: number }, rest: Lease['rest']): void {
    const nowMs = this.#options.clock.now();
    const expiresAtMs = changed.to.kind === 'person' ? nowMs + LEASE_MS : null;
    this.#lease = {
      control: { holder: changed.to, fence: changed.fence, sinceMs: nowMs, expiresAtMs, requests: [] },
      rest,
    };
    this.#takenAtSeq = changed.seq;
    this.#arm();
  }

  close(): void {
    this.#cancelTimer();
  }

  #renew(): void {
    if (this.driver) this.#lease = renewed(this.#lease, this.#options.clock.now());
  }

  /** One timer, moved on when it is due too early: heartbeats and keystrokes only write down a later time. */
  #arm(): void {
    this.#cancelTimer();
    this.#cancelTimer = () => {};
    const { expiresAtMs } = this.#lease.control;
    if (expiresAtMs === null) return;
    this.#cancelTimer = this.#options.clock.at(expiresAtMs, () => {
      this.apply({ kind: 'expire' }, { by: bySystem, why: 'expired', reason: 'nothing was heard of them' });
      this.#arm();
    });
  }
}
