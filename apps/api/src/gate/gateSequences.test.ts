/**
 * No call is lost, doubled or reordered, whatever people do: random sequences of calls, pauses, steps, decisions, control, clients
 * that go away, and servers that end and start again, on one gate with a real log.
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
      ...(['reject', 'leave', 'take', 'release', 'late', 'restart', 'turn', 'turn'] as const),
    ),
    fc.nat(20),
  ),
  { minLength: 10, maxLength: 60 },
);

/** A few in every run of the tests; SANDGLASS_SEQUENCES=10000 for as many as one has patience for. */
const sequences = Number(process.env.SANDGLASS_SEQUENCES ?? 25);

interface Made {
  readonly n: number;
  readonly abort: AbortController;
  end: 'ran' | 'refused' | null;
}

async function play(world: TestWorld, id: SandboxId, moves: readonly (readonly [Step, number])[]) {
  const made: Made[] = [];
  const ran: number[] = [];
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
    const passing = world.services.calls.pass(agent, id, asked, async ({ n }) => void ran.push(n), one.abort.signal);
    pending.push(
      passing.then(
        () => (one.end = 'ran'),
        () => (one.end = 'refused'),
      ),
    );
  };
  const act: Record<Step, (pick: number) => unknown> = {
    call,
    pause: () => gate().pause(ana, id, {}),
    hold: () => gate().pause(ben, id, { freeze: false }),
    continue: () => gate().continue(ana, id),
    step: () => gate().step(ana, id),
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
    release: () => gate().releaseControl(ana, id, {}),
    late: () => world.clock.advance(5_000),
    restart: () => world.restart(),
    turn: () => new Promise((resolve) => setImmediate(resolve)),
  };
  for (const [step, pick] of moves) {
    try {
      const doing = act[step](pick);
      // A restart is whole; the rest overlaps, as people and agents do.
      if (step === 'restart' || step === 'turn') await doing;
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

test('every call runs once or is refused, its client is told which, and the log says the same', {
  timeout: 60_000,
}, async () => {
  await using world = await TestWorld.open();
  await fc.assert(
    fc.asyncProperty(steps, async (moves) => {
      const { id } = await world.create();
      const { made, ran } = await play(world, id, moves);
      expect(new Set(ran).size).toBe(ran.length);
      expect(made.filter(({ end }) => end === 'ran').map(({ n }) => n)).toEqual([...ran].sort((a, b) => a - b));
      expect(made.filter(({ end }) => end === null)).toEqual([]);
      const events: LogEvent[] = world.services.sandboxes.log(id).events(0, 5_000);
      const ended = new Map<string, boolean>();
      const asked = new Map<string, number>();
      for (const event of events) {
        if (event.kind === 'call.asked' && event.data.name === 'n')
          asked.set(event.data.call, Number(event.data.arguments.n));
        if (event.kind !== 'call.ended' || !asked.has(event.data.call)) continue;
        expect(ended.has(event.data.call)).toBe(false);
        ended.set(event.data.call, event.data.ok);
      }
      expect(ended.size).toBe(asked.size);
      const wentWell = [...ended].flatMap(([call, ok]) => (ok ? [asked.get(call)!] : []));
      expect(wentWell.sort((a, b) => a - b)).toEqual([...ran].sort((a, b) => a - b));
      await world.services.sandboxes.kill(agent, id);
    }),
    { numRuns: sequences },
  );
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
