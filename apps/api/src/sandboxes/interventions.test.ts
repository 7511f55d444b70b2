import { type SandboxId, TokenId } from '@sandglass/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Caller } from '../services.ts';
import { agent, TestWorld } from './testWorld.ts';

const ana: Caller = {
  actor: 'person',
  token: TokenId.parse('tok_person'),
  door: 'console',
  name: 'Ana',
  viewer: 'vw_a',
};
const code = (code: string) => expect.objectContaining({ code });

let world: TestWorld;
let id: SandboxId;
beforeEach(async () => {
  world = await TestWorld.open();
  id = (await world.create({ environment: { MODE: 'slow', API_KEY: 'first-secret' } })).id;
});
afterEach(async () => await world[Symbol.asyncDispose]());

const interventions = () => world.services.interventions;
const set = (variables: Record<string, string | null>, caller = ana, without: string[] = []) =>
  interventions().setEnvironment(caller, id, { variables, without });
const take = (...without: string[]) => set({}, ana, without);
const echo = async (words: string, sandbox = id) =>
  (await world.services.execs.start(agent, sandbox, { command: `echo ${words}` })).stdout?.trim();
const seqOf = (kind: 'environment.changed' | 'egress.changed') =>
  world.services.sandboxes.log(id).eventsOf([kind], 0, 100).at(-1)!.seq;

describe('variables of a sandbox that runs', () => {
  test('hold for what is started after, in commands and terminals, also after a restart, and are undone', async () => {
    expect(await echo('$MODE $NEW')).toBe('slow');
    const changed = await set({ MODE: 'fast', NEW: 'one' });
    expect(changed.environmentChanges).toEqual({ MODE: 'fast', NEW: 'one' });
    expect(await echo('$MODE $NEW')).toBe('fast one');
    const { id: terminal } = await world.services.terminals.open(agent, id, {});
    await world.services.terminals.write(agent, id, terminal, 'echo is:$NEW\r');
    await expect.poll(async () => (await world.services.terminals.snapshot(id, terminal)).drawing).toContain('is:one');
    const first = seqOf('environment.changed');
    await world.restart();
    expect(await echo('$MODE $NEW')).toBe('fast one');
    await interventions().undo(ana, id, first);
    expect(await echo('$MODE $NEW')).toBe('slow');
    const events = world.services.sandboxes.log(id).eventsOf(['environment.changed'], 0, 10);
    expect(events).toMatchObject([
      {
        ...{ actor: 'person', by: 'tok_person' },
        data: { changes: [{ name: 'MODE', from: null, to: 'fast', secret: false }, { name: 'NEW' }], undoes: null },
      },
      {
        data: {
          changes: [
            { name: 'MODE', from: 'fast', to: null },
            { from: 'one', to: null },
          ],
          undoes: first,
        },
      },
    ]);
    // And that is undone as well.
    await interventions().undo(ana, id, seqOf('environment.changed'));
    expect(await echo('$MODE $NEW')).toBe('fast one');
  });

  test('that it was created with are taken away, also in forks and after a restart, and put back', async () => {
    await set({ MODE: 'fast', NEW: 'one' });
    const taken = await take('MODE', 'API_KEY', 'NEW', 'NEVER_WAS');
    expect(taken.environmentRemoved).toEqual(['API_KEY', 'MODE']);
    const seq = seqOf('environment.changed');
    expect(world.events(id, 'environment.changed')[1]).toMatchObject({
      changes: [
        { name: 'MODE', from: 'fast', to: null, removes: true },
        { name: 'API_KEY', from: null, to: null, secret: true, removes: true },
        { name: 'NEW', from: 'one', to: null },
      ],
    });
    await world.restart();
    expect(await echo('[$MODE$API_KEY$NEW]')).toBe('[]');
    const { id: checkpoint } = await world.services.checkpoints.create(ana, id, {});
    const fork = await world.create({ checkpoint });
    expect(await echo('[$MODE$API_KEY$NEW]', fork.id)).toBe('[]');
    expect((await take('MODE')).environmentRemoved).toEqual(['API_KEY', 'MODE']);
    expect(seqOf('environment.changed')).toBe(seq);

    await interventions().undo(ana, id, seq);
    expect(await echo('$MODE $API_KEY $NEW')).toBe('fast first-secret one');
    // The undoing is undone as well, and what was taken away is set or put back by name.
    await interventions().undo(ana, id, seqOf('environment.changed'));
    expect(await echo('[$MODE$API_KEY$NEW]')).toBe('[]');
    const back = await set({ MODE: null, API_KEY: 'second-secret' });
    expect(back.environmentRemoved).toEqual([]);
    expect(await echo('$MODE $API_KEY')).toBe('slow second-secret');
    await interventions().undo(ana, id, seqOf('environment.changed'));
    expect(await echo('[$MODE$API_KEY]')).toBe('[]');
    await expect(set({ MODE: 'x' }, ana, ['MODE'])).rejects.toEqual(code('badRequest'));
  });

  test('that are secrets are kept, shown to nobody, and inherited by a fork', async () => {
    const changed = await set({ API_KEY: 'second-secret', DB_PASSWORD: 'third-secret' });
    expect(JSON.stringify(changed)).not.toContain('-secret');
    expect(changed.secretNames).toEqual(['API_KEY', 'DB_PASSWORD']);
    await world.restart();
    expect(await echo('$API_KEY $DB_PASSWORD')).toBe('second-secret third-secret');
    expect(JSON.stringify(world.services.sandboxes.log(id).events(0, 1_000))).not.toContain('second-secret');
    const { id: checkpoint } = await world.services.checkpoints.create(ana, id, {});
    await set({ DB_PASSWORD: null });
    expect(world.services.sandboxes.get(id).secretNames).toEqual(['API_KEY']);
    const fork = await world.create({ checkpoint });
    expect(await echo('$API_KEY', fork.id)).toBe('second-secret');
    await interventions().undo(ana, id, seqOf('environment.changed'));
    expect(await echo('$DB_PASSWORD')).toBe('third-secret');
  });

  test('a secret is put back from memory, unless it was changed since or the server was started again', async () => {
    await set({ API_KEY: 'second-secret' });
    const first = seqOf('environment.changed');
    await set({ API_KEY: 'third-secret' });
    await expect(interventions().undo(ana, id, first)).rejects.toEqual(code('conflict'));
    const second = seqOf('environment.changed');
    await interventions().undo(ana, id, second);
    expect(await echo('$API_KEY')).toBe('second-secret');
    await expect(interventions().undo(ana, id, second)).rejects.toEqual(code('conflict'));
    // The undoing is undone as well; then by a server that never saw the value.
    await interventions().undo(ana, id, seqOf('environment.changed'));
    expect(await echo('$API_KEY')).toBe('third-secret');
    const said = JSON.stringify(world.services.sandboxes.log(id).eventsOf(['environment.changed'], 0, 100));
    expect(said).not.toContain('-secret');
    await world.restart();
    await expect(interventions().undo(ana, id, seqOf('environment.changed'))).rejects.toEqual(code('unprocessable'));
    expect(await echo('$API_KEY')).toBe('third-secret');
  });

  test('are refused where they cannot be, and where somebody changed them since', async () => {
    await expect(set({ MODE: null })).rejects.toEqual(code('unprocessable'));
    await expect(set({ API_KEY: 'x' })).rejects.toEqual(code('badRequest'));
    await set({ NEW: null });
    expect(world.events(id, 'environment.changed')).toEqual([]);
    await set({ NEW: 'one' });
    const first = seqOf('environment.changed');
    await set({ NEW: 'two' });
    await expect(interventions().undo(ana, id, first)).rejects.toEqual(code('conflict'));
    await expect(interventions().undo(ana, id, 1)).rejects.toEqual(code('unprocessable'));
    await expect(interventions().undo(ana, id, 9_999)).rejects.toEqual(code('notFound'));
    await world.services.sandboxes.kill(ana, id);
    await expect(set({ NEW: 'x' })).rejects.toEqual(code('gone'));
  });

  test('are changed by nobody beside who has control, and by an agent only through the gate', async () => {
    const { fence } = world.services.gate.takeControl(ana, id);
    await expect(set({ NEW: 'x' }, { ...ana, viewer: 'vw_b', name: 'Ben' })).rejects.toEqual(code('controlled'));
    world.services.gate.releaseControl(ana, id, { fence });
    const own = { kind: 'sandbox', sandbox: id } as const;
    await world.services.rules.create(ana, own, { text: 'before environment or undo → refuse "No."' });
    await expect(set({ NEW: 'x' }, agent)).rejects.toEqual(code('rejected'));
    await set({ NEW: 'x' });
    await expect(interventions().undo(agent, id, seqOf('environment.changed'))).rejects.toEqual(code('rejected'));
  });
});

test('what a sandbox may reach is changed and undone, once', async () => {
  const { sandboxes } = world.services;
  const allow = [{ host: 'example.com', port: 443 }];
  await sandboxes.update(ana, id, { egress: { allow } });
  const seq = seqOf('egress.changed');
  expect(world.events(id, 'egress.changed')).toEqual([{ from: { allow: [] }, to: { allow }, undoes: null }]);
  expect(world.events(id, 'sandbox.updated')).toEqual([]);
  expect((await interventions().undo(ana, id, seq)).egress).toEqual({ allow: [] });
  expect(world.events(id, 'egress.changed')[1]).toMatchObject({ to: { allow: [] }, undoes: seq });
  await expect(interventions().undo(ana, id, seq)).rejects.toEqual(code('conflict'));
  await world.restart();
  expect(world.services.sandboxes.get(id).egress).toEqual({ allow: [] });
});
