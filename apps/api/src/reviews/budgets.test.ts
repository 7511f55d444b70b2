import type { RunBudget, RunId, SandboxId } from '@sandglass/protocol';
import { expect, test, vi } from 'vitest';
import { agent, person, TestWorld } from '../sandboxes/testWorld.ts';

const exec = (world: TestWorld, sandbox: SandboxId, caller = agent) =>
  world.services.execs.start(caller, sandbox, { command: 'echo one' });
const tokens = (world: TestWorld, sandbox: SandboxId, count: number, usd: number | null = null) =>
  world.services.runs.spend(agent, sandbox, { tokens: count, usd });
const spent = expect.objectContaining({ code: 'budgetSpent' });

async function begin(world: TestWorld, budget: RunBudget): Promise<{ id: SandboxId; run: RunId }> {
  const { id } = await world.create();
  const run = await world.services.runs.start(agent, id, { goal: 'Within its means', budget });
  return { id, run: run.id };
}

test('tokens: told once at four fifths, stopped at the last one, people go on, and all of it is on the record', async () => {
  await using world = await TestWorld.open();
  const { id, run } = await begin(world, { tokens: 100 });
  await tokens(world, id, 79);
  expect(world.events(id, 'run.budget')).toEqual([]);
  await tokens(world, id, 1);
  await tokens(world, id, 19);
  expect(world.events(id, 'run.budget')).toEqual([{ run, limit: 'tokens', state: 'near', used: 80, of: 100 }]);
  expect(world.services.gate.takeNotices(agent, id)).toMatchObject([
    { from: 'Sandglass', text: expect.stringContaining('80 of 100 tokens') },
  ]);
  await exec(world, id);
  await tokens(world, id, 1);
  expect(world.events(id, 'run.budget').at(-1)).toEqual({ run, limit: 'tokens', state: 'spent', used: 100, of: 100 });
  await expect(exec(world, id)).rejects.toEqual(spent);
  await expect(exec(world, id)).rejects.toThrow('100 of 100 tokens');
  expect(world.events(id, 'run.budget')).toHaveLength(2);
  expect(world.events(id, 'call.ended').at(-1)).toMatchObject({ ok: false, error: { code: 'budgetSpent' } });
  await exec(world, id, person);
  expect(world.services.runs.get(id, run)).toMatchObject({ spent: { usd: null, tokens: 100 }, outcome: 'running' });
  // With its run its budget ends.
  await world.services.runs.end(agent, id, run, { outcome: 'stopped' });
  await exec(world, id);
});

test('dollars are added to the millionth, and what its agent says of itself counts too', async () => {
  await using world = await TestWorld.open();
  const { id, run } = await begin(world, { usd: 0.3 });
  for (const usd of [0.1, 0.1]) await tokens(world, id, 1, usd);
  await exec(world, id);
  await tokens(world, id, 1, 0.1);
  await expect(exec(world, id)).rejects.toThrow('$0.30 of $0.30');
  const other = await begin(world, { usd: 1 });
  await world.services.runs.update(agent, other.id, other.run, { cost: { usd: 1 } });
  await expect(exec(world, other.id)).rejects.toEqual(spent);
  expect(world.services.runs.get(id, run).spent.usd).toBe(0.3);
});

test('minutes: from the start of the run, looked at when something is asked', async () => {
  await using world = await TestWorld.open();
  const { id } = await begin(world, { minutes: 10 });
  world.clock.advance(8 * 60_000 - 1);
  await exec(world, id);
  expect(world.events(id, 'run.budget')).toEqual([]);
  world.clock.advance(1);
  await exec(world, id);
  expect(world.events(id, 'run.budget')).toMatchObject([{ limit: 'minutes', state: 'near', used: 8 }]);
  world.clock.advance(2 * 60_000 - 1);
  await exec(world, id);
  world.clock.advance(1);
  await expect(exec(world, id)).rejects.toEqual(spent);
});

test('an agent may narrow its budget and not widen it; a person may, and it goes on', async () => {
  await using world = await TestWorld.open();
  const { runs } = world.services;
  const { id, run } = await begin(world, { tokens: 100 });
  for (const budget of [{ tokens: 101 }, { minutes: 5 }, null])
    await expect(runs.update(agent, id, run, { budget })).rejects.toThrow('Only a person');
  await tokens(world, id, 50);
  await runs.update(agent, id, run, { budget: { tokens: 50 } });
  await expect(exec(world, id)).rejects.toEqual(spent);
  await runs.update(person, id, run, { budget: { tokens: 1_000 }, reason: 'it is nearly there' });
  await exec(world, id);
  await tokens(world, id, 950);
  await expect(exec(world, id)).rejects.toEqual(spent);
  await runs.update(person, id, run, { budget: null });
  await exec(world, id);
  expect(world.events(id, 'run.budget').map(({ of, state }) => `${of} ${state}`)).toEqual(['50 spent', '1000 spent']);
  // Who and why is on the record.
  const widened = world.services.sandboxes.log(id).eventsOf(['run.budgeted'], 1, 9);
  expect(widened.map(({ actor, by, data }) => [actor, by, data])).toEqual([
    ['agent', agent.token, { run, budget: { tokens: 50 }, reason: null }],
    ['person', person.token, { run, budget: { tokens: 1_000 }, reason: 'it is nearly there' }],
    ['person', person.token, { run, budget: null, reason: null }],
  ]);
});

test('a question reaches a person although nothing is left', async () => {
  await using world = await TestWorld.open();
  const { id } = await begin(world, { tokens: 1 });
  await tokens(world, id, 1);
  const { gate } = world.services;
  const asked = gate.ask(agent, id, { question: 'May I have more?' });
  await vi.waitFor(() => expect(gate.get(id).questions).toHaveLength(1));
  gate.answer(person, id, gate.get(id).questions[0]!.call, { text: 'no' });
  expect(await asked).toMatchObject({ text: 'no' });
});

test('what is used and what was told of it outlive the server', async () => {
  await using world = await TestWorld.open();
  const { id } = await begin(world, { tokens: 100 });
  await tokens(world, id, 100);
  await world.restart();
  await expect(exec(world, id)).rejects.toEqual(spent);
  expect(world.events(id, 'run.budget')).toHaveLength(1);
});

test('a budget that comes before the first call is that of the run that the call begins', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  world.services.runs.limit(agent, id, { tokens: 10 });
  await exec(world, id);
  await tokens(world, id, 10);
  await expect(exec(world, id)).rejects.toEqual(spent);
  // One that it has is not changed by asking again.
  world.services.runs.limit(agent, id, { tokens: 99 });
  await expect(exec(world, id)).rejects.toEqual(spent);
});

test('in any order of spending and asking a call runs if, and only if, something is left', async () => {
  await using world = await TestWorld.open();
  for (let seed = 1; seed <= 25; seed++) {
    let state = seed;
    const random = (most: number) => {
      state = (state * 48_271) % 2_147_483_647;
      return (state % most) + 1;
    };
    const limit = random(60);
    const { id } = await begin(world, { tokens: limit });
    let used = 0;
    for (let step = 0; step < 12; step++) {
      const count = random(12);
      if (random(2) === 1) {
        await tokens(world, id, count);
        used += count;
      } else {
        const ran = await exec(world, id).then(
          () => true,
          () => false,
        );
        expect({ seed, used, ran }).toEqual({ seed, used, ran: used < limit });
      }
    }
    const states = world.events(id, 'run.budget').map(({ state }) => state);
    expect(states).toEqual([...new Set(states)]);
  }
});
