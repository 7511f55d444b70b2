import { type LogEvent, type SandboxId, wallMsAt } from '@sandglass/protocol';
import { gapsOf, Recording, terminalAt, trackFrame } from '@sandglass/replay';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SandboxLog, Track } from '../recorder/log.ts';
import { sourceOfLog } from '../recorder/logSource.ts';
import { agent, person, TestWorld } from './testWorld.ts';

const recordingOf = (world: TestWorld, id: SandboxId) => world.services.sandboxes.recording(id);
const allEvents = (log: SandboxLog): LogEvent[] => log.events(0, 10_000);
const kindsOf = (events: readonly LogEvent[]) => events.map(({ kind }) => kind);

/** All that can be read of a log up to a position, as a reader of files sees it. */
async function shownUpTo(log: SandboxLog, seq: number): Promise<unknown> {
  const recording = await Recording.open(sourceOfLog(log));
  const tracks = await Promise.all(
    recording.tracks
      .toSorted()
      .map(async (track) => [track, await recording.framesBetween(track, 0, Number.POSITIVE_INFINITY)] as const),
  );
  return {
    events: allEvents(log).filter((event) => event.seq <= seq),
    tracks: tracks
      .map(([track, frames]) => [track, frames.filter((frame) => frame.seq <= seq).map(asText)] as const)
      .filter(([, frames]) => frames.length > 0),
  };
}
const asText = ({ payload, ...frame }: { payload: Uint8Array }) => ({
  ...frame,
  payload: Buffer.from(payload).toString('hex'),
});

async function forkOf(world: TestWorld, sandbox: SandboxId, afterMs = 0): Promise<SandboxId> {
  const { id } = await world.services.checkpoints.create(person, sandbox, {});
  world.clock.advance(afterMs);
  return (await world.create({ checkpoint: id })).id;
}

describe('the recording of a fork', () => {
  test('runs across its parent’s past and its own, on one clock and one numbering', async () => {
    await using world = await TestWorld.open(undefined, Date.now());
    const parent = await world.create();
    const startedMs = world.clock.now();
    world.clock.advance(5_000);
    world.services.sandboxes.log(parent.id).appendFrame('stats', trackFrame.stats, Buffer.from('before'));
    const { id, seq, atUs } = await world.services.checkpoints.create(person, parent.id, {});
    world.services.sandboxes.log(parent.id).appendFrame('stats', trackFrame.stats, Buffer.from('of the parent alone'));
    world.clock.advance(3_600_000);
    const fork = await world.create({ checkpoint: id });
    expect(fork.parent).toMatchObject({
      sandbox: parent.id,
      seq,
      atUs,
      earlier: [{ untilUs: atUs, zeroMs: startedMs }],
    });
    const own = world.services.sandboxes.log(fork.id);
    own.appendFrame('stats', trackFrame.stats, Buffer.from('own'));
    // The hour that passed before it was made is no stretch of the recording.
    expect(own.now() - atUs!).toBeLessThan(60_000_000);
    expect(own.now()).toBeGreaterThanOrEqual(atUs!);
    expect(own.events(0, 1)[0]).toMatchObject({ seq: seq + 1, kind: 'sandbox.created' });
    expect(wallMsAt(fork, atUs!)).toBe(fork.createdAtMs);
    expect(wallMsAt(fork, atUs! - 1)).toBeCloseTo(wallMsAt(parent, atUs! - 1), 3);

    const whole = recordingOf(world, fork.id);
    expect(await shownUpTo(whole, seq)).toEqual(await shownUpTo(world.services.sandboxes.log(parent.id), seq));
    expect([...whole.frames('stats', 0)].map(({ payload }) => Buffer.from(payload).toString())).toEqual([
      'before',
      'own',
    ]);
    const segments = whole.segmentsOf('stats', 0);
    expect(segments.map(({ number, closed }) => [number, closed])).toEqual([
      [1, true],
      [2, false],
    ]);
    const seqs = allEvents(whole).map((event) => event.seq);
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
    // Whose machine it was then: what it began with is asked of that one.
    expect(world.services.sandboxes.ownerAt(fork.id, atUs! - 1)).toBe(parent.id);
    expect(world.services.sandboxes.ownerAt(fork.id, atUs!)).toBe(fork.id);
  });

  test('a checkpoint after idle time is where it was made: that time is the parent’s past, too', async () => {
    await using world = await TestWorld.open(undefined, Date.now());
    const parent = await world.create();
    world.clock.advance(600_000);
    const log = world.services.sandboxes.log(parent.id);
    const [before, checkpoint] = [log.now(), await world.services.checkpoints.create(person, parent.id, {})];
    expect(checkpoint.atUs).toBeGreaterThanOrEqual(before);
    const fork = await world.create({ checkpoint: checkpoint.id });
    expect(world.services.sandboxes.log(fork.id).now()).toBeGreaterThanOrEqual(before);
    expect(wallMsAt(fork, before - 1)).toBeCloseTo(wallMsAt(parent, before - 1), 3);
  });

  test('a stretch of the shared past that is marked as a run is counted from it, at the parent’s times of day', async () => {
    await using world = await TestWorld.open(undefined, Date.now());
    const parent = await world.create();
    world.clock.advance(2_000);
    await world.services.execs.start(agent, parent.id, { command: ['true'], wait: true });
    const fork = await forkOf(world, parent.id, 3_600_000);
    const { atUs } = world.services.sandboxes.get(fork).parent!;
    const run = await world.services.runs.start(person, fork, {
      goal: 'Before',
      range: { fromUs: 0, toUs: atUs! - 1 },
    });
    expect(run).toMatchObject({ calls: 1, startedAtMs: parent.createdAtMs });
    expect(run.endedAtMs! - run.startedAtMs).toBeLessThan(60_000);
  });

  test('outlives the server, also one that was killed, and goes on where it was', async () => {
    await using world = await TestWorld.open(undefined, Date.now());
    const parent = await world.create();
    world.clock.advance(2_000);
    const fork = await forkOf(world, parent.id, 60_000);
    const before = allEvents(recordingOf(world, fork));
    for (const again of [() => world.restart(), () => world.crash()]) {
      await again();
      expect(allEvents(recordingOf(world, fork)).slice(0, before.length)).toEqual(before);
    }
    const own = world.services.sandboxes.log(fork);
    expect(own.now()).toBeGreaterThanOrEqual(before.at(-1)!.atUs);
    expect(own.now() - before.at(-1)!.atUs).toBeLessThan(120_000_000);
    const { seq } = own.append({ kind: 'sandbox.updated', actor: 'person', data: { changed: ['name'] } });
    expect(seq).toBeGreaterThan(before.at(-1)!.seq);
  });

  test('shows nothing of the parent’s going on in the fork', async () => {
    await using world = await TestWorld.open(undefined, Date.now());
    const parent = await world.create();
    const { terminals } = world.services;
    const opened = await terminals.open(agent, parent.id, { owner: 'agent' });
    const log = world.services.sandboxes.log(parent.id);
    log.append({
      ...{ kind: 'windows.changed', actor: 'system' },
      data: {
        windows: [{ id: 1, title: 'Editor', application: 'ed' }],
        active: 1,
        opened: [1],
        closed: [],
        titled: [],
      },
    });
    const fork = await forkOf(world, parent.id);
    const { seq } = world.services.sandboxes.get(fork).parent!;
    const own = allEvents(recordingOf(world, fork)).filter((event) => event.seq > seq);
    expect(own).toContainEqual(
      expect.objectContaining({ kind: 'terminal.exited', data: expect.objectContaining({ terminal: opened.id }) }),
    );
    expect(world.services.machine.windows(fork, undefined)).toEqual({ windows: [], active: null });
    expect(terminals.list(fork)).toEqual([]);
    expect(terminals.list(parent.id)[0]?.exit).toBeNull();
  });

  test('what was under way is ended in the fork, what had ended is not told again', async () => {
    await using world = await TestWorld.open(undefined, Date.now());
    const parent = await world.create();
    const log = world.services.sandboxes.log(parent.id);
    const ask = (call: string) =>
      log.append({
        ...{ kind: 'call.asked', actor: 'agent', by: agent.token },
        data: { call, name: 'exec', door: 'native', arguments: {}, summary: '' },
      } as never);
    const end = (call: string) =>
      log.append({ kind: 'call.ended', actor: 'agent', data: { call, ok: true, durationMs: 1, summary: '' } } as never);
    ask('cal_one');
    ask('cal_two');
    end('cal_one');
    const { id, going } = await world.services.checkpoints.create(person, parent.id, {});
    const later = world.services.sandboxes.log(parent.id);
    later.append({
      kind: 'call.ended',
      actor: 'agent',
      data: { call: 'cal_two', ok: true, durationMs: 9, summary: '' },
    } as never);
    const opened = await world.services.terminals.open(agent, parent.id, { owner: 'agent' });
    const fork = await world.create({ checkpoint: id });
    const told = allEvents(world.services.sandboxes.log(fork.id));
    expect(going).toHaveLength(1);
    expect(told.filter(({ kind }) => kind === 'call.ended')).toMatchObject([
      { by: agent.token, data: { call: 'cal_two', ok: false, error: { code: 'gone' } } },
    ]);
    expect(JSON.stringify(told)).not.toContain(opened.id);
    expect(JSON.stringify(told)).not.toContain('cal_one');
  });

  test('of a checkpoint in a private moment is recorded from its start', async () => {
    await using world = await TestWorld.open(undefined, Date.now());
    const parent = await world.create();
    world.services.privacy.start(person, parent.id, 60_000);
    world.services.sandboxes.log(parent.id).append({
      ...{ kind: 'agent.said', actor: 'agent' },
      data: { sort: 'message', text: 'nobody else’s business' },
    });
    const fork = await forkOf(world, parent.id);
    const events = allEvents(recordingOf(world, fork).seenBy('all'));
    expect(JSON.stringify(events)).not.toContain('business');
    expect(gapsOf(events)).toEqual([expect.objectContaining({ reason: 'private', toUs: expect.any(Number) })]);
  });

  test('a fork of a fork has both pasts, and each is only as long as it is kept', async () => {
    await using world = await TestWorld.open(undefined, Date.now());
    const first = await world.create();
    world.clock.advance(1_000);
    const second = await forkOf(world, first.id, 10_000);
    world.clock.advance(1_000);
    const third = await forkOf(world, second, 10_000);
    const { sandboxes } = world.services;
    const { seq, earlier } = sandboxes.get(third).parent!;
    expect(await shownUpTo(recordingOf(world, third), seq)).toEqual(await shownUpTo(recordingOf(world, second), seq));
    expect(earlier).toHaveLength(2);
    expect(sandboxes.pasts(third).map(({ sandbox }) => sandbox)).toEqual([second, first.id]);
    expect(kindsOf(allEvents(recordingOf(world, third))).filter((kind) => kind === 'sandbox.created')).toHaveLength(3);

    const border = sandboxes.get(second).parent!;
    sandboxes.log(first.id).cut(border.atUs! + 1);
    expect(recordingOf(world, third).beginsUs).toBe(border.atUs);
    expect(allEvents(recordingOf(world, third))[0]).toMatchObject({ seq: border.seq + 1, kind: 'sandbox.created' });
    expect(
      recordingOf(world, third)
        .segments(0)
        .flatMap(({ segments }) => segments)
        .every(({ firstSeq }) => firstSeq > border.seq),
    ).toBe(true);
  });

  test('a terminal at a moment of the shared past is the parent’s then', async () => {
    await using world = await TestWorld.open(undefined, Date.now());
    const parent = await world.create();
    const { id } = await world.services.terminals.open(agent, parent.id, { owner: 'agent' });
    const log = world.services.sandboxes.log(parent.id);
    const track: Track = `terminal:${id}`;
    const noted: [number, number][] = [];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 500 }), fc.string()), { maxLength: 8 }),
        async (said) => {
          for (const [ms, text] of said) {
            world.clock.advance(ms);
            log.appendOutput(track, trackFrame.output, Buffer.from(text));
            noted.push([log.lastUs, log.lastSeq]);
          }
          const fork = await forkOf(world, parent.id, 1_000);
          const [theirs, ours] = await Promise.all([
            Recording.open(sourceOfLog(log)),
            Recording.open(sourceOfLog(recordingOf(world, fork))),
          ]);
          const { atUs } = world.services.sandboxes.get(fork).parent!;
          for (const [us] of noted.slice(-20)) {
            if (us >= atUs!) continue;
            expect(await terminalAt(ours, id, us)).toEqual(await terminalAt(theirs, id, us));
          }
        },
      ),
      { numRuns: 8 },
    );
  });
});
