import { join } from 'node:path';
import type { RunId, SandboxId } from '@sandglass/protocol';
import SqliteDatabase from 'libsql';
import { expect, test, vi } from 'vitest';
import { agent, person, TestWorld } from '../sandboxes/testWorld.ts';

const exec = (world: TestWorld, sandbox: SandboxId, command: string, caller = agent) =>
  world.services.execs.start(caller, sandbox, { command });
const list = async (world: TestWorld, query: Partial<Parameters<TestWorld['services']['runs']['list']>[0]> = {}) =>
  await world.services.runs.list({ sort: 'newest', limit: 100, ...query });
const error = (code: string) => expect.objectContaining({ name: 'AppError', code });

test('an agent that starts no run has one all the same, from its first call until its sandbox ends', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create({ name: 'silent', labels: { suite: 'nightly' } });
  expect((await list(world)).items).toEqual([]);
  await exec(world, id, 'echo one');
  await exec(world, id, 'exit 3');
  await exec(world, id, 'echo looked', person);
  const [run] = (await list(world)).items;
  expect(run).toMatchObject({
    ...{ origin: 'seen', sandbox: id, sandboxName: 'silent', goal: '', outcome: 'running', door: 'native' },
    ...{ calls: 2, errors: 1, interventions: 1, labels: { suite: 'nightly' }, verdict: null, endedAtUs: null },
  });
  expect(run!.strip.cells).toContain('e');
  await world.services.sandboxes.kill(agent, id);
  expect((await list(world)).items).toMatchObject([{ id: run!.id, outcome: 'unknown' }]);
  expect((await list(world)).items[0]!.endedAtUs).not.toBeNull();
  expect(world.events(id, 'run.ended')).toMatchObject([]);
});

test('a run that its agent starts takes the place of the one that was seen, and says so in the log', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  await exec(world, id, 'echo preparing');
  const started = await world.services.runs.start(agent, id, { goal: 'Make the tests pass', agent: 'claude' });
  world.services.runs.say(agent, id, started.id, { text: 'First the tests', sort: 'plan' });
  await exec(world, id, 'exit 1');
  const ended = await world.services.runs.end(agent, id, started.id, {
    outcome: 'succeeded',
    cost: { usd: 0.25, tokens: 12_000 },
  });
  await exec(world, id, 'echo after it');
  expect((await list(world)).items).toHaveLength(1);
  expect(ended).toMatchObject({
    ...{ origin: 'started', goal: 'Make the tests pass', agent: 'claude', outcome: 'succeeded' },
    ...{ calls: 1, errors: 1, cost: { usd: 0.25, tokens: 12_000 } },
  });
  expect(await world.services.runs.end(agent, id, started.id, { outcome: 'failed' })).toMatchObject({
    outcome: 'succeeded',
  });
  expect(world.events(id, 'run.started')).toEqual([{ run: started.id, goal: 'Make the tests pass', agent: 'claude' }]);
  expect(world.events(id, 'agent.said')).toEqual([{ text: 'First the tests', sort: 'plan' }]);
  expect(() => world.services.runs.say(agent, id, started.id, { text: 'late', sort: 'thought' })).toThrow('has ended');
  expect(world.events(id, 'run.ended')).toEqual([{ run: started.id, outcome: 'succeeded', reason: null }]);
});

test('what was counted, judged and written is there after a restart, and calls that nobody counted are counted', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  const run = await world.services.runs.start(agent, id, { goal: 'Count' });
  await exec(world, id, 'echo one');
  await world.services.runs.judge(person, id, run.id, { judgement: 'unsure', reason: 'ask the author' });
  await world.services.notes.write(person, id, { atUs: run.startedAtUs, text: 'here', place: { x: 0.5, y: 0.25 } });
  await world.restart();
  await exec(world, id, 'echo two');
  expect(world.services.runs.get(id, run.id)).toMatchObject({
    ...{ calls: 2, notes: 1, outcome: 'running' },
    verdict: { judgement: 'unsure', reason: 'ask the author', by: { token: person.token } },
  });
  expect(world.services.notes.list(id)).toMatchObject([{ text: 'here', place: { x: 0.5, y: 0.25 } }]);
  await world.restart(() => world.host.machines.get(id)!.end());
  expect(world.services.runs.get(id, run.id)).toMatchObject({ calls: 2 });
  expect(world.services.runs.get(id, run.id).outcome).not.toBe('running');
});

test('a stretch is marked by hand in a recording that is over, counted from the log, and can be taken back', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  await exec(world, id, 'echo one');
  const { services } = world;
  const { lastUs } = services.sandboxes.log(id);
  await services.sandboxes.kill(agent, id);
  await expect(services.runs.start(person, id, { goal: 'too late' })).rejects.toEqual(error('gone'));
  const run = await services.runs.start(person, id, { goal: 'The odd part', range: { fromUs: 0, toUs: lastUs } });
  expect(run).toMatchObject({ origin: 'marked', outcome: 'unknown', calls: 1, startedAtUs: 0, endedAtUs: lastUs });
  const [seen] = (await list(world)).items.filter(({ origin }) => origin === 'seen');
  await expect(services.runs.remove(person, id, seen!.id)).rejects.toEqual(error('wrongState'));
  await services.runs.remove(person, id, run.id);
  expect((await list(world)).items.map(({ origin }) => origin)).toEqual(['seen']);
  await expect(
    services.runs.start(person, id, { goal: 'x', range: { fromUs: lastUs * 10 + 1e9, toUs: lastUs * 10 + 2e9 } }),
  ).rejects.toEqual(error('badRequest'));
});

test('runs are found by outcome, verdict, agent, label and words: their own, of their notes, and of what was recorded', async () => {
  await using world = await TestWorld.open();
  const { services } = world;
  const goals = ['Fix the checkout', 'Search flights', 'Migrate the database'];
  const ids: { sandbox: SandboxId; run: RunId }[] = [];
  for (const [at, goal] of goals.entries()) {
    const { id } = await world.create({ name: `sandbox-${at}` });
    const run = await services.runs.start(agent, id, {
      goal,
      agent: at === 1 ? 'gpt' : 'claude',
      labels: { n: `${at}` },
    });
    await exec(world, id, `echo marker${at}word`);
    await services.runs.end(agent, id, run.id, { outcome: at === 2 ? 'failed' : 'succeeded', cost: { usd: at } });
    ids.push({ sandbox: id, run: run.id });
  }
  await services.runs.judge(person, ids[0]!.sandbox, ids[0]!.run, { judgement: 'pass' });
  const from = services.runs.get(ids[1]!.sandbox, ids[1]!.run).startedAtUs;
  await services.notes.write(person, ids[1]!.sandbox, { atUs: from, text: 'Wrong airport' });
  const found = async (query: Parameters<typeof list>[1]) => (await list(world, query)).items.map(({ goal }) => goal);

  expect(await found({ outcome: 'failed' })).toEqual(['Migrate the database']);
  expect(await found({ verdict: 'pass' })).toEqual(['Fix the checkout']);
  expect((await found({ verdict: 'none' })).sort()).toEqual(['Migrate the database', 'Search flights']);
  expect(await found({ agent: 'gpt' })).toEqual(['Search flights']);
  expect(await found({ label: 'n=2' })).toEqual(['Migrate the database']);
  expect(await found({ judgedBy: person.token })).toEqual(['Fix the checkout']);
  expect(await found({ q: 'CHECKOUT fix' })).toEqual(['Fix the checkout']);
  expect(await found({ q: 'airport' })).toEqual(['Search flights']);
  await vi.waitFor(async () => expect(await found({ q: 'marker2word' })).toEqual(['Migrate the database']));
  expect(await found({ sort: 'cost' })).toEqual([...goals].reverse());
  const { items, next, summary } = await list(world, { limit: 2, sort: 'oldest' });
  expect(items).toHaveLength(2);
  expect((await list(world, { limit: 2, sort: 'oldest', after: next! })).items).toHaveLength(1);
  expect(summary).toMatchObject({
    ...{ total: 3, toReview: 2, pass: 1, failed: 1, running: 0, medianCostUsd: 1, medianCalls: 1 },
    ...{ agents: ['claude', 'gpt'], labels: ['n=0', 'n=1', 'n=2'] },
  });
  expect((await list(world, { only: ids[0]!.sandbox })).items).toHaveLength(1);
  await expect(list(world, { after: 'x' })).rejects.toEqual(error('badRequest'));
});

test('runs and notes go with their recording', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  const run = await world.services.runs.start(agent, id, { goal: 'Forgotten' });
  await world.services.notes.write(person, id, { atUs: run.startedAtUs, text: 'forgotten, too' });
  await world.services.sandboxes.kill(agent, id);
  await world.restart(() => {
    const database = new SqliteDatabase(join(world.directory, 'sandglass.db'));
    database.prepare('DELETE FROM sandboxes WHERE id = ?').run(id);
    database.close();
  });
  expect((await list(world)).items).toEqual([]);
  expect(world.services.notes.all()).toEqual([]);
  await world.restart();
  const database = new SqliteDatabase(join(world.directory, 'sandglass.db'));
  expect(database.prepare('SELECT id FROM runs UNION ALL SELECT id FROM notes').all()).toEqual([]);
  database.close();
});

test('a note changes and goes without its words ever being in the log', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  const { notes } = world.services;
  const note = await notes.write(person, id, { atUs: 0, text: 'a secret word' });
  await notes.edit(person, id, note.id, { text: 'other words', place: { x: 0, y: 1 } });
  expect(notes.list(id)).toMatchObject([{ text: 'other words', place: { x: 0, y: 1 } }]);
  await notes.remove(person, id, note.id);
  expect(notes.list(id)).toEqual([]);
  expect(world.events(id, 'note.changed').map(({ change }) => change)).toEqual(['written', 'edited', 'removed']);
  expect(JSON.stringify(world.services.sandboxes.log(id).events(0, 1000))).not.toContain('secret');
  await expect(notes.edit(person, id, note.id, { text: 'x' })).rejects.toEqual(error('notFound'));
  await expect(notes.write(person, id, { atUs: 9e15, text: 'x' })).rejects.toEqual(error('badRequest'));
});
