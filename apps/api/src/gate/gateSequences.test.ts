/**
 * No call is lost, doubled or reordered, whatever people do: random sequences of calls, pauses, steps, decisions, control, clients
 * that go away, and servers that end or are killed and start again, on one gate with a real log.
 */
import { type LogEvent, type SandboxId, TokenId } from '@sandglass/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { agent, TestWorld } from '../sandboxes/testWorld.ts';
import type { Caller } from '../services.ts';

const token = TokenId.parse('tok_person');
const person = (name: string): Caller => ({ actor: 'person', token, door: 'console', name, viewer: `vw_${name}` });
const ana = person('ana');
const ben = person('ben');

type Step =
  | 'call'
  | 'pause'
  | 'hold'
  | 'continue'
  | 'step'
  | 'approve'
  | 'edit'
  | 'reject'
  | 'leave'
  | 'take'
  | 'release'
  | 'late'
  | 'restart'
  | 'crash'
  | 'turn';
const steps = fc.array(
  fc.tuple(
    fc.constantFrom<Step>(
      ...([
        'call',
        'call',
        'call',
        'call',
        'pause',
        'hold',
        'continue',
        'continue',
        'step',
        'approve',
        'edit',
      ] as const),
      ...(['reject', 'leave', 'take', 'release', 'late', 'restart', 'crash', 'turn', 'turn'] as const),
    ),
    fc.nat(20),
  ),
  { minLength: 10, maxLength: 60 },
);

/** A few in every run of the tests, others each time; SANDGLASS_SEQUENCES=10000 for as many as one has patience for, SANDGLASS_SEED for those of one run. */
const sequences = Number(process.env.SANDGLASS_SEQUENCES ?? 25);
const firstSeed = Number(process.env.SANDGLASS_SEED ?? Date.now() % 1_000_000_000);
/** A world that has seen many sandboxes takes longer to start again. */
const IN_ONE_WORLD = 25;

interface Made {
  readonly n: number;
  readonly abort: AbortController;
  end: 'ran' | 'refused' | null;
}

async function play(world: TestWorld, id: SandboxId, moves: readonly (readonly [Step, number])[]) {
  const made: Made[] = [];
  const ran: number[] = [];
  let crashes = 0;
  const pending: Promise<unknown>[] = [];
  const gate = () => world.services.gate;
  const held = (pick: number) => {
    const waiting = gate().get(id).held;
    return waiting[pick % Math.max(1, waiting.length)]?.call;
  };
  const call = () => {
    const one: Made = { n: made.length, abort: new AbortController(), end: null };
    made.push(one);
    const asked = {
      name: 'n',
      arguments: { n: one.n },
      summary: () => String(one.n),
      outcome: () => ({ summary: 'ok' }),
      schema: { parse: (value: unknown) => value as { n: number } },
    };
    const born = crashes;
    const work = async ({ n }: { n: number }) => {
      // What its server was killed before does not happen.
      if (born !== crashes) throw new Error('This server is dead.');
      ran.push(n);
    };
    const passing = world.services.calls.pass(agent, id, asked, work, one.abort.signal);
    pending.push(
      passing.then(
        () => (one.end = 'ran'),
        () => (one.end = 'refused'),
      ),
    );
  };
  const mine = () => ({ ...ana, fence: gate().get(id).control.fence });
  const act: Record<Step, (pick: number) => unknown> = {
    call,
    pause: () => gate().pause(mine(), id, {}),
    hold: () => gate().pause(ben, id, { freeze: false }),
    continue: () => gate().continue(mine(), id),
    step: () => gate().step(mine(), id),
    approve: (pick) => held(pick) && gate().decide(ana, id, held(pick)!, { kind: 'approve' }),
    edit: (pick) => {
      const waiting = held(pick);
      const now = gate()
        .get(id)
        .held.find((one) => one.call === waiting);
      return now && gate().decide(ben, id, now.call, { kind: 'edit', arguments: { ...now.arguments } });
    },
    reject: (pick) => held(pick) && gate().decide(ben, id, held(pick)!, { kind: 'reject', reason: 'no' }),
    leave: (pick) => made[pick % Math.max(1, made.length)]?.abort.abort(),
    take: () => gate().takeControl(ana, id),
    release: () => gate().releaseControl(mine(), id, {}),
    late: () => world.clock.advance(5_000),
    restart: () => world.restart(),
    crash: () => {
      crashes++;
      return world.crash();
    },
    turn: () => new Promise((resolve) => setImmediate(resolve)),
  };
  for (const [step, pick] of moves) {
    try {
      const doing = act[step](pick);
      // A restart is whole; the rest overlaps, as people and agents do.
      if (step === 'restart' || step === 'crash' || step === 'turn') await doing;
      else if (doing instanceof Promise) pending.push(doing.catch(() => {}));
    } catch {
      // Refused: nothing changed.
    }
  }
  world.clock.advance(60_000);
  await gate().continue(ana, id);
  for (const { call: waiting } of gate().get(id).held)
    await gate()
      .decide(ana, id, waiting, { kind: 'approve' })
      .catch(() => {});
  await gate().continue(ana, id);
  await Promise.all(pending);
  return { made, ran };
}

async function playAll(seed: number, numRuns: number): Promise<void> {
  await using world = await TestWorld.open();
  await fc.assert(
    fc.asyncProperty(steps, async (moves) => {
      const { id } = await world.create();
      const { made, ran } = await play(world, id, moves);
      expect(new Set(ran).size).toBe(ran.length);
      expect(made.filter(({ end }) => end === null)).toEqual([]);
      // Whoever was told that it ran, it ran for; what ran in a server that was killed may have been told to nobody.
      const told = made.filter(({ end }) => end === 'ran').map(({ n }) => n);
      expect(told.filter((n) => !ran.includes(n))).toEqual([]);
      const events: LogEvent[] = world.services.sandboxes.log(id).events(0, 5_000);
      const asked = new Map<string, number>();
      const ends = new Map<number, string>();
      for (const event of events) {
        if (event.kind === 'call.asked' && event.data.name === 'n')
          asked.set(event.data.call, Number(event.data.arguments.n));
        if (event.kind !== 'call.ended') continue;
        const n = asked.get(event.data.call);
        if (n === undefined) continue;
        expect(ends.has(n)).toBe(false);
        ends.set(n, event.data.ok ? 'ran' : (event.data.error?.code ?? ''));
      }
      expect(ends.size).toBe(asked.size);
      // What the log says of a call is so; only of one that ran as its server was killed it says that it does not know.
      for (const [n, end] of ends) {
        if (end === 'ran') expect(ran).toContain(n);
        else if (end !== 'gone') expect(ran).not.toContain(n);
      }
      for (const n of told) expect(['ran', 'gone']).toContain(ends.get(n));
      if (!moves.some(([step]) => step === 'crash')) {
        const inOrder = [...ran].sort((a, b) => a - b);
        expect(told).toEqual(inOrder);
        expect([...ends].flatMap(([n, end]) => (end === 'ran' ? [n] : [])).sort((a, b) => a - b)).toEqual(inOrder);
      }
      await world.services.sandboxes.kill(agent, id);
    }),
    { numRuns, seed },
  );
}

test('every call runs once or is refused, its client is told which, and the log says the same', {
  timeout: 60_000 + sequences * 1_000,
}, async () => {
  for (let done = 0; done < sequences; done += IN_ONE_WORLD)
    await playAll(firstSeed + done, Math.min(IN_ONE_WORLD, sequences - done));
});

test('what a pause held goes on in the order of asking', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  const { ran, made } = await play(world, id, [
    ['pause', 0],
    ...Array.from({ length: 30 }, () => ['call', 0] as const),
    ['turn', 0],
    ['step', 0],
    ['turn', 0],
    ...Array.from({ length: 30 }, () => ['call', 0] as const),
  ]);
  expect(ran).toEqual(made.map(({ n }) => n));
});
