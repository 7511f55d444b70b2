/** A fork is no way around what a person has set: rules, sets, and who has control at rest go with it. */
import { type SandboxId, TokenId } from '@sandglass/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { agent, TestWorld } from '../sandboxes/testWorld.ts';
import type { Caller } from '../services.ts';

const ana: Caller = { actor: 'person', token: TokenId.parse('tok_person'), door: 'console', name: 'Ana' };
const own = (sandbox: SandboxId) => ({ kind: 'sandbox', sandbox }) as const;

let world: TestWorld;
beforeEach(async () => {
  world = await TestWorld.open();
});
afterEach(async () => await world[Symbol.asyncDispose]());

const exec = (id: SandboxId, command: string) => world.services.execs.start(agent, id, { command });
const refused = expect.objectContaining({ code: 'rejected' });
const refuse = 'before exec matching "forbidden" → refuse "No."';

test('a fork has the rules, the sets and the policy of its parent as its own, also when the parent is gone', async () => {
  const { id } = await world.create({ labels: { template: 'shop', who: 'me' } });
  const { rules, gate, checkpoints, sandboxes } = world.services;
  const rule = await rules.create(ana, own(id), { text: refuse, name: 'No' });
  await rules.create(ana, own(id), { text: 'before exec matching "off" → refuse "off"', enabled: false });
  await rules.create(
    ana,
    { kind: 'template', template: 'shop' },
    { text: 'before exec matching "sold" → refuse "No."' },
  );
  await rules.switchSet(ana, own(id), 'destructive-shell', true);
  gate.update(ana, id, { holdMs: 5_000, agentHolds: true });
  const holder = { ...ana, fence: gate.takeControl(ana, id).fence };
  const { id: checkpoint } = await checkpoints.create(holder, id, {});
  await sandboxes.kill(holder, id);

  const fork = await world.create({ checkpoint });
  expect(fork.labels).toEqual({ template: 'shop', who: 'me' });
  for (const restart of [false, true]) {
    if (restart) await world.restart();
    for (const command of ['forbidden', 'sold']) await expect(exec(fork.id, command), command).rejects.toEqual(refused);
    await exec(fork.id, 'echo off');
    const list = world.services.rules.list(fork.id);
    expect(list.items.map(({ name, scope, enabled }) => [name, scope.kind, enabled])).toEqual(
      expect.arrayContaining([
        ['No', 'sandbox', true],
        [expect.stringContaining('off'), 'sandbox', false],
      ]),
    );
    expect(list.sets.find(({ name }) => name === 'destructive-shell')).toMatchObject({ enabled: true });
    expect(world.services.gate.get(fork.id)).toMatchObject({
      policy: { holdMs: 5_000, agentHolds: true },
      control: { holder: { kind: 'agent' } },
      alike: [],
    });
  }
  // They are its own: a change there changes nothing elsewhere.
  const copy = world.services.rules.list(fork.id).items.find(({ name }) => name === 'No')!;
  expect(copy).toMatchObject({ scope: own(fork.id), hits: 2 });
  expect(copy.id).not.toBe(rule.id);
});

test('what was put back to a checkpoint has the rules that it has now', async () => {
  const { id } = await world.create();
  const { id: checkpoint } = await world.services.checkpoints.create(ana, id, {});
  await world.services.rules.create(ana, own(id), { text: refuse });
  await world.services.checkpoints.restore(ana, id, checkpoint);
  await expect(exec(id, 'forbidden')).rejects.toEqual(refused);
});

test('rules and sets of a template hold in a run of it, while it is under way', async () => {
  const { id } = await world.create();
  const { rules, runs } = world.services;
  await rules.create(ana, { kind: 'template', template: 'shop' }, { text: refuse });
  await rules.switchSet(ana, { kind: 'template', template: 'shop' }, 'destructive-shell', true);
  expect(rules.listAll().sets).toContainEqual(
    expect.objectContaining({ name: 'destructive-shell', everywhere: false, templates: ['shop'] }),
  );
  await exec(id, 'forbidden');
  const run = await runs.start(agent, id, { goal: 'sell', labels: { template: 'shop' } });
  await expect(exec(id, 'forbidden')).rejects.toEqual(refused);
  expect(rules.list(id).sets.find(({ name }) => name === 'destructive-shell')).toMatchObject({ enabled: true });
  await runs.end(agent, id, run.id, { outcome: 'succeeded' });
  await exec(id, 'forbidden');
});

test('an agent leaves its template only through the gate', async () => {
  const { id } = await world.create({ labels: { template: 'shop' } });
  const { rules, sandboxes } = world.services;
  await rules.create(ana, { kind: 'template', template: 'shop' }, { text: 'before update → refuse "Stay."' });
  await expect(sandboxes.update(agent, id, { labels: {} })).rejects.toEqual(refused);
  await sandboxes.update(agent, id, { labels: { template: 'shop', note: 'mine' } });
  await sandboxes.update(ana, id, { labels: {} });
  expect(sandboxes.get(id).labels).toEqual({});
});
