/** The gates of all sandboxes: the one way of every call, and what people do to it. */
import { AppError, type CallId, MessageId, type SandboxId } from '@sandglass/protocol';
import { byCaller, bySystem, type SandboxEntry } from '../sandboxes/entry.ts';
import type { SandboxRoom } from '../sandboxes/room.ts';
import type { Caller, GateService } from '../services.ts';
import { type ControlDesk, personOf } from './control.ts';
import type { AfterHold, GateAsk, GateCall } from './gateCall.ts';
import type { GateWorld } from './gateWorld.ts';
import { policyOf, recover } from './recover.ts';
import { SandboxGate } from './sandboxGate.ts';

/** What comes of a call, for lists. */
type Outcome<T> = (result: T) => { summary: string; result?: Record<string, unknown> };

export class Gates {
  readonly #world: GateWorld;
  readonly #gates = new Map<SandboxEntry, SandboxGate>();
  readonly #stopRules: () => void;

  constructor(room: SandboxRoom, world: GateWorld) {
    this.#world = world;
    this.#stopRules = world.rules.onEvent((sandbox, { decision, checkpoint }) => {
      const entry = room.find(sandbox);
      if (!entry || entry.ended) return;
      if (checkpoint) void world.checkpoint(entry, checkpoint.name).catch((error) => world.onError(entry, error));
      if (decision.kind === 'hold' || decision.kind === 'ask') this.of(entry).hit(`breakpoint “${decision.rule.name}”`);
    });
  }

  of(entry: SandboxEntry): SandboxGate {
    const known = this.#gates.get(entry);
    if (known) return known;
    const gate = new SandboxGate(entry, this.#world);
    if (!entry.ended) this.#gates.set(entry, gate);
    return gate;
  }

  /** What was asked and cut off when the server ended is ended, and what held and who had control is as it was. */
  recover(entry: SandboxEntry): void {
    recover(entry, () => this.of(entry));
  }

  /** A fork's calls wait as long as its parent's, and control is whose it is there. */
  inherit(entry: SandboxEntry, parent: SandboxEntry): void {
    const policy = policyOf(parent);
    if (policy) this.of(entry).setPolicy(policy, bySystem);
  }

  /** It is about to end; those who wait are told while its log still takes their end. */
  end(entry: SandboxEntry, reason: string): void {
    this.#gates.get(entry)?.close({ reason });
    this.#gates.delete(entry);
  }

  /** The server closes: those who wait can be told to come back. */
  close(): void {
    this.#stopRules();
    for (const gate of this.#gates.values()) gate.close('server');
  }

  enter(entry: SandboxEntry, caller: Caller, ask: GateAsk, signal?: AbortSignal): Promise<GateCall> {
    return this.of(entry).enter(caller, ask, signal);
  }

  /**
   * What is done to a sandbox as a whole, and has events of its own. Agents pass the gate (it is a call of the log only when
   * something stops it); people may unless another person is at work.
   */
  async command(
    entry: SandboxEntry,
    caller: Caller,
    ask: Pick<GateAsk, 'name' | 'summary' | 'arguments'>,
    signal?: AbortSignal,
  ): Promise<void> {
    const gate = this.of(entry);
    if (caller.actor === 'person') gate.control.command(caller);
    else if (caller.actor === 'agent') gate.control.approach(caller);
    if (caller.actor !== 'agent' || gate.control.isHeldBy(caller)) return;
    const call = await gate.enter(caller, { ...ask, quiet: true, unheard: true }, signal);
    gate.ran(call, { ok: true, outcome: { summary: 'let through' } });
  }

  /** A whole call: asked, let through or not, run at most once, and ended. */
  async pass<T>(
    entry: SandboxEntry,
    caller: Caller,
    ask: GateAsk,
    run: { work: (given: Record<string, unknown>) => Promise<T>; outcome: Outcome<T> },
    signal?: AbortSignal,
  ): Promise<T> {
    const gate = this.of(entry);
    const call = await gate.enter(caller, ask, signal);
    ask.onCall?.(call.id);
    if (call.answered) return call.answered.value as T;
    let result: T;
    try {
      result = await gate.run(() => run.work(call.given));
    } catch (error) {
      const after = gate.ran(call, { ok: false, error });
      return instead<T>(after && (await after), () => {
        throw error;
      });
    }
    const after = gate.ran(call, { ok: true, outcome: run.outcome(result) });
    return after === null ? result : instead(await after, () => result);
  }
}

/** What the caller of a held call gets. */
export function instead<T>(after: AfterHold | null, asItWas: () => T): T {
  if (after?.kind === 'answered') return after.value as T;
  if (after?.kind === 'rejected') throw after.error;
  return asItWas();
}

export function createGateService(room: SandboxRoom, gates: Gates): GateService {
  const of = (sandbox: SandboxId): SandboxGate => gates.of(room.entry(sandbox));
  const living = (sandbox: SandboxId): SandboxGate => {
    const entry = room.entry(sandbox);
    if (entry.ended) throw new AppError('gone', 'The sandbox has ended; its recording shows what happened.');
    return gates.of(entry);
  };
  /** For who commands: another person at work must be asked first. */
  const commanded = (caller: Caller, sandbox: SandboxId): SandboxGate => {
    const gate = living(sandbox);
    gate.control.command(caller);
    gate.entry.lastActiveAtMs = room.clock.now();
    return gate;
  };
  const control = (sandbox: SandboxId, use: (desk: ControlDesk) => void) => {
    const desk = living(sandbox).control;
    use(desk);
    return desk.control;
  };

  return {
    get: (sandbox) => of(sandbox).gate(),
    onChange: (sandbox, listener) => of(sandbox).onChange(listener),
    update: (caller, sandbox, policy) => {
      const gate = commanded(caller, sandbox);
      gate.setPolicy(policy, byCaller(caller));
      return gate.gate();
    },
    pause: async (caller, sandbox, { inFlight = 'settle', freeze = true }) => {
      const gate = commanded(caller, sandbox);
      await gate.pause(byCaller(caller), { inFlight, freeze });
      return gate.gate();
    },
    continue: async (caller, sandbox) => {
      const gate = commanded(caller, sandbox);
      await gate.decisions.go({ kind: 'open' }, byCaller(caller));
      return gate.gate();
    },
    step: async (caller, sandbox, call) => {
      const gate = commanded(caller, sandbox);
      await gate.decisions.step(byCaller(caller), call);
      return gate.gate();
    },
    runTo: async (caller, sandbox, to) => {
      const gate = commanded(caller, sandbox);
      await gate.decisions.go({ kind: 'runTo', to }, byCaller(caller));
      return gate.gate();
    },
    decide: async (caller, sandbox, call, decision) => {
      const gate = living(sandbox);
      gate.entry.lastActiveAtMs = room.clock.now();
      await gate.decisions.decide(caller, call, decision);
      return gate.gate();
    },
    forgetAlike: (caller, sandbox, which = {}) => {
      const gate = commanded(caller, sandbox);
      gate.forgetAlike(byCaller(caller), which);
      return gate.gate();
    },
    takeControl: (caller, sandbox, reason) =>
      control(sandbox, (desk) =>
        desk.apply({ kind: 'take', by: personOf(caller) }, { by: byCaller(caller), why: 'taken', reason }),
      ),
    requestControl: (caller, sandbox, reason) =>
      control(sandbox, (desk) =>
        desk.apply(
          { kind: 'request', by: personOf(caller), reason: reason ?? null },
          { by: byCaller(caller), why: 'taken', reason },
        ),
      ),
    giveControl: (caller, sandbox, to, note) =>
      control(sandbox, (desk) => {
        const asker = desk.control.requests.find(({ viewer }) => viewer === to);
        if (to !== 'agent' && !asker)
          throw new AppError('unprocessable', 'Control can be given to the agent, or to a person who asked for it.');
        const target = asker ? { viewer: asker.viewer, name: asker.name } : ('agent' as const);
        desk.apply(
          { kind: 'give', by: personOf(caller), to: target, fence: caller.fence },
          { by: byCaller(caller), why: 'given', note },
        );
      }),
    releaseControl: (caller, sandbox, { fence = caller.fence, note }) =>
      control(sandbox, (desk) =>
        desk.apply({ kind: 'release', by: personOf(caller), fence }, { by: byCaller(caller), why: 'released', note }),
      ),
    keepControl: (caller, sandbox, fence) =>
      control(sandbox, (desk) =>
        desk.apply({ kind: 'beat', by: personOf(caller), fence }, { by: byCaller(caller), why: 'taken' }),
      ),
    touch: (caller, sandbox) => {
      const gate = living(sandbox);
      if (caller.actor !== 'agent') return gate.control.touch(caller);
      gate.control.approach(caller);
      if (!gate.isOpen && !gate.control.isHeldBy(caller))
        throw new AppError(
          'controlled',
          gate.control.driver
            ? `${gate.control.driver.name} has control of this sandbox. Try again when it is handed back.`
            : 'A person has paused this sandbox. Try again when it goes on.',
        );
    },
    onControl: (sandbox, caller, onLost) => {
      const gate = of(sandbox);
      const mine = () => gate.control.control.holder.kind === 'nobody' || gate.control.isHeldBy(caller);
      let had = mine();
      return gate.onChange(() => {
        const has = mine();
        if (had && !has) onLost();
        had = has;
      });
    },
    ask: async (caller, sandbox, question, signal) => {
      const entry = room.entry(sandbox);
      entry.lastActiveAtMs = room.clock.now();
      const gate = gates.of(entry);
      const asked: GateAsk = { name: 'ask', summary: question.question, arguments: { ...question }, parked: true };
      const call = await gate.enter(caller, asked, signal);
      try {
        const answer = await gate.questions.ask(call.id, question, signal);
        gate.ran(call, { ok: true, outcome: { summary: answer.declined ? 'declined' : 'answered', result: answer } });
        return answer;
      } catch (error) {
        gate.ran(call, { ok: false, error });
        throw error;
      }
    },
    answer: (caller, sandbox, call: CallId, answer) => {
      const gate = living(sandbox);
      gate.questions.answer(call, answer, byCaller(caller), personOf(caller).name);
      return gate.gate();
    },
    send: (caller, sandbox, text) => {
      const gate = living(sandbox);
      const { name } = personOf(caller);
      const id = MessageId.parse(room.newId.message());
      const notice = { id, kind: 'message' as const, text, from: name, atMs: room.clock.now(), files: [] };
      gate.notices.add(notice, byCaller(caller));
      gate.changed();
      return notice;
    },
    takeNotices: (_caller, sandbox) => {
      const gate = living(sandbox);
      const taken = gate.notices.take(null);
      if (taken.length > 0) gate.changed();
      return taken;
    },
    letGo: () => gates.close(),
    notices: (sandbox) => {
      const entry = room.find(sandbox);
      return entry && !entry.ended ? gates.of(entry).notices.waiting.length : 0;
    },
  };
}
