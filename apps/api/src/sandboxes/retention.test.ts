import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { trackFrame } from '../recorder/log.ts';
import { openLogStore } from '../recorder/logStore.ts';
import { agent, person, TestWorld } from './testWorld.ts';

const DAY_MS = 86_400_000;

it('a recording that is older than it is kept goes whole: its files, its rows, its words; one with checkpoints stays in the list', async () => {
  await using world = await TestWorld.open();
  const gone = await world.create();
  const base = await world.create();
  await world.services.execs.start(agent, gone.id, { command: 'echo findable-word' });
  await world.services.checkpoints.create(agent, base.id, {});
  const forever = await world.create({ keep: { days: null } });
  const young = await world.create();
  for (const { id } of [gone, base, forever]) await world.services.sandboxes.kill(person, id);
  world.clock.advance(3 * DAY_MS);
  await world.services.sandboxes.kill(person, young.id);
  expect(existsSync(join(world.directory, 'log', gone.id))).toBe(true);

  world.retention = { days: 2, totalBytes: null, sandboxBytes: null };
  await world.restart();
  const { sandboxes, search, system } = world.services;
  const left = (await sandboxes.list({ limit: 10, ended: true })).items.map(({ id }) => id);
  expect(left.sort()).toEqual([base.id, forever.id, young.id].sort());
  expect(() => sandboxes.log(gone.id)).toThrow(expect.objectContaining({ code: 'notFound' }));
  expect(existsSync(join(world.directory, 'log', gone.id))).toBe(false);
  expect(search.find({ words: 'findable-word', limit: 10 }).items).toEqual([]);
  expect(sandboxes.log(base.id).beginsUs).toBeGreaterThanOrEqual(0);
  expect((await system.system()).recordings).toMatchObject({ keep: { days: 2, totalBytes: null, sandboxBytes: null } });
  const fork = await world.create({ checkpoint: (await world.services.checkpoints.list(base.id))[0]!.id });
  expect(fork.phase).toBe('running');
  await world.restart();
  expect((await world.services.sandboxes.list({ limit: 10, ended: true })).items).toHaveLength(4);
});

it('what was judged, written and ruled of a recording goes with it, at once and for good; the rest stays', async () => {
  await using world = await TestWorld.open();
  const [gone, kept] = [await world.create(), await world.create({ keep: { days: null } })];
  for (const { id } of [gone, kept]) {
    const { runs, notes, rules, execs } = world.services;
    await rules.create(person, { kind: 'sandbox', sandbox: id }, { text: 'before exec → log' });
    await rules.switchSet(person, { kind: 'sandbox', sandbox: id }, 'destructive-shell', true);
    const run = await runs.start(agent, id, { goal: `goal of ${id}` });
    await execs.start(agent, id, { command: 'echo one' });
    await notes.write(person, id, { atUs: 0, text: `note to ${id}`, run: run.id });
    await world.services.sandboxes.kill(person, id);
  }
  const of = async () => {
    const { runs, notes, rules } = world.services;
    const { items } = await runs.list({ sort: 'newest', limit: 10 });
    return {
      runs: items.map(({ sandbox }) => sandbox).sort(),
      notes: notes
        .all()
        .map(({ sandbox }) => sandbox)
        .sort(),
      rules: rules.listAll().items.length,
    };
  };
  const both = [gone.id, kept.id].sort();
  expect(await of()).toEqual({ runs: both, notes: both, rules: 2 });
  world.retention = { days: 2, totalBytes: null, sandboxBytes: null };
  await world.restart();
  expect((await of()).runs).toEqual(both);

  world.clock.advance(3 * DAY_MS);
  const left = { runs: [kept.id], notes: [kept.id], rules: 1 };
  await vi.waitFor(async () => expect(await of()).toEqual(left));
  await world.restart();
  expect(await of()).toEqual(left);
});

it('of what runs the beginning goes: positions hold, who reads it gets `gone`, what is left is read as before', async () => {
  await using world = await TestWorld.open();
  const { directory } = world;
  const id = (await world.create()).id;
  const store = openLogStore({ directory: join(directory, 'cut') });
  const log = store.open(id, { createdAtMs: Date.now() });
  const track = 'terminal:trm_aaaaaaaaaa' as Parameters<typeof log.frames>[0];
  log.append({
    kind: 'sandbox.created',
    actor: 'agent',
    data: { sandbox: id, image: 'base', name: 'x', parent: null },
  });
  log.append({ kind: 'sandbox.updated', actor: 'agent', data: { changed: ['old'] } });
  for (const round of [1, 2, 3]) {
    if (round > 1) log.appendFrame(track, trackFrame.snapshot, Buffer.from(`state ${round}`));
    for (let i = 0; i < 3; i++) log.appendOutput(track, trackFrame.output, Buffer.from(`${round}.${i} `));
  }
  log.append({ kind: 'sandbox.updated', actor: 'agent', data: { changed: ['new'] } });
  const [, second] = log.segmentsOf(track, 0);
  const reading = log.frames(track, 0)[Symbol.iterator]();
  reading.next();
  const cuts: number[] = [];
  log.onCut((beginsUs) => cuts.push(beginsUs));
  const bytes = log.outputBytes(track, trackFrame.output);
  log.cut(second!.firstUs);
  expect(cuts).toEqual([second!.firstUs]);
  expect(log.beginsUs).toBe(second!.firstUs);
  expect(log.outputBytes(track, trackFrame.output)).toBe(bytes);
  const said = (from: typeof log) =>
    [...from.frames(track, 0)].map(({ payload }) => Buffer.from(payload).toString()).join('');
  expect(said(log)).toBe('state 22.0 2.1 2.2 state 33.0 3.1 3.2 ');
  expect(() => log.segmentBytes(track, 1, { offset: 0, length: 10 })).toThrow(
    expect.objectContaining({ code: 'gone' }),
  );
  expect(() => {
    for (let next = reading.next(); !next.done; next = reading.next());
  }).not.toThrow(TypeError);
  expect(log.events(0, 10).map((event) => event.kind)).toEqual(['sandbox.created', 'sandbox.updated']);
  store.close();

  const again = openLogStore({ directory: join(directory, 'cut') });
  const reopened = again.open(id, { createdAtMs: Date.now() });
  expect(said(reopened)).toBe('state 22.0 2.1 2.2 state 33.0 3.1 3.2 ');
  expect(reopened.beginsUs).toBe(second!.firstUs);
  expect(reopened.outputBytes(track, trackFrame.output)).toBe(bytes);
  expect(reopened.lastSeq).toBeGreaterThan(0);
  again.close();
});

it('of what says all that is so, the newest before the cut stays: the windows at the new beginning are known', async () => {
  await using world = await TestWorld.open();
  const { id } = await world.create();
  const log = world.services.sandboxes.log(id);
  const machine = world.host.machines.get(id)!;
  const show = (title: string) => {
    machine.showWindows({ windows: [{ id: 1, title, application: 'Editor' }], active: 1 });
    return log.lastOf(['windows.changed'])!;
  };
  const first = show('first');
  const second = show('second');
  await vi.waitFor(() => expect(log.now()).toBeGreaterThan(second.atUs + 1_000));
  const third = show('third');
  expect(log.lastOf(['windows.changed'], second.atUs)?.seq).toBe(second.seq);
  expect(log.lastOf(['windows.changed'], first.atUs - 1)).toBeUndefined();
  log.cut(third.atUs);
  expect(log.eventsOf(['windows.changed'], 0, 10).map(({ seq }) => seq)).toEqual([second.seq, third.seq]);
  expect(world.services.machine.windows(id, third.atUs - 1).windows[0]?.title).toBe('second');
});
