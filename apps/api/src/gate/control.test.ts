/** Who may touch, and what agents and people say to one another. */
import type { SandboxId } from '@sandglass/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { agent, type TestWorld } from '../sandboxes/testWorld.ts';
import type { Caller } from '../services.ts';
import { ana, ben, bytes, code, useGate } from './gateTest.ts';
import { LEASE_MS } from './leaseMachine.ts';

const bench = useGate();
const { gate, until, held, holding, kinds, write } = bench;
let world: TestWorld;
let id: SandboxId;
beforeEach(() => {
  ({ world, id } = bench);
});

describe('control', () => {
  test('lets one person touch, holds the agent, and tells it what changed', async () => {
    const { fence } = gate().takeControl(ana, id, 'to log in');
    const terminal = await world.services.terminals.open(holding(), id, {});
    await expect(world.services.terminals.write(ben, id, terminal.id, 'x')).rejects.toMatchObject({
      code: 'controlled',
      message: expect.stringContaining('Ana has control'),
    });
    expect(() => gate().touch(agent, id)).toThrow(code('controlled'));
    await expect(world.services.sandboxes.kill(ben, id)).rejects.toEqual(code('controlled'));
    await expect(write('a', { ...ana, fence: fence - 1 })).rejects.toEqual(code('conflict'));
    await write('ana.txt', holding());
    const writing = write('agent.txt');
    await held();
    expect(gate().get(id).held[0]?.reason).toEqual({ kind: 'control', name: 'Ana' });
    gate().releaseControl(ana, id, { fence, note: 'You are logged in.' });
    await writing;
    const [notice] = gate().takeNotices(agent, id);
    expect(notice).toMatchObject({
      kind: 'handBack',
      from: 'Ana',
      text: expect.stringContaining('You are logged in.'),
    });
    expect(notice?.files).toEqual(expect.arrayContaining([expect.stringContaining('ana.txt')]));
    expect(gate().takeNotices(agent, id)).toEqual([]);
  });

  test('is lost by who is not heard of, and not won back by what they sent before', async () => {
    const { fence } = gate().takeControl(ana, id);
    world.clock.advance(LEASE_MS - 1);
    gate().keepControl(ana, id, fence);
    world.clock.advance(LEASE_MS - 1);
    expect(gate().get(id).control.holder).toMatchObject({ name: 'Ana' });
    world.clock.advance(1);
    expect(gate().get(id).control.holder).toEqual({ kind: 'nobody' });
    expect(() => gate().keepControl(ana, id, fence)).toThrow(code('controlled'));
    expect(world.events(id, 'control.changed').at(-1)).toMatchObject({ why: 'expired' });
  });

  test('what was sent for an earlier time changes nothing, whoever has it now, through every channel', async () => {
    const { fence } = gate().takeControl(ana, id);
    const terminal = await world.services.terminals.open(holding(), id, {});
    const running = await world.services.execs.start(holding(), id, { command: 'cat', wait: false, stdin: true });
    gate().releaseControl(ana, id, { fence });
    const { services } = world;
    const late = (caller: Caller) => ({
      type: () => services.terminals.write(caller, id, terminal.id, 'x'),
      open: () => services.terminals.open(caller, id, {}),
      resize: () => services.terminals.update(caller, id, terminal.id, { columns: 90, rows: 20 }),
      rename: () => services.terminals.update(caller, id, terminal.id, { name: 'x' }),
      close: () => services.terminals.close(caller, id, terminal.id),
      exec: () => services.execs.start(caller, id, { command: 'echo x' }),
      stdin: () => services.execs.writeStdin(id, running.id, Buffer.from('x'), caller),
      end: () => services.execs.closeStdin(id, running.id, caller),
      signal: () => services.execs.signal(caller, id, running.id, 'SIGTERM'),
      write: () => write('late.txt', caller),
      upload: () => services.files.writeArchive(caller, id, 'late', bytes('x'), new AbortController().signal),
      folder: () => services.files.makeDirectory(caller, id, 'late'),
      move: () => services.files.move(caller, id, 'a', 'b', false),
      remove: () => services.files.remove(caller, id, 'a', true),
      trash: () => services.files.trash(caller, id, ['a']),
      emptyTrash: () => services.files.emptyTrash(caller, id),
      kill: () => services.machine.signal(caller, id, 1, 'SIGKILL'),
      screen: async () => gate().touch(caller, id),
      pause: () => gate().pause(caller, id, {}),
      step: () => gate().step(caller, id),
      policy: async () => gate().update(caller, id, {}),
      freeze: () => services.sandboxes.freeze(caller, id),
      thaw: () => services.sandboxes.thaw(caller, id),
      end_: () => services.sandboxes.kill(caller, id),
      update: () => services.sandboxes.update(caller, id, { egress: { allow: [] } }),
      checkpoint: () => services.checkpoints.create(caller, id, {}),
    });
    const before = services.sandboxes.log(id).lastSeq;
    const refusedAll = async (caller: Caller, refused: string) => {
      for (const [channel, act] of Object.entries(late(caller)))
        await expect(act(), channel).rejects.toEqual(code(refused));
    };
    // Nobody has it; nor a program's; she has it again; somebody else has it.
    await refusedAll({ ...ana, fence }, 'conflict');
    await refusedAll({ ...agent, fence }, 'conflict');
    gate().takeControl(ana, id);
    await refusedAll({ ...ana, fence }, 'conflict');
    // She has it and does not say since when; she says a number that is not out yet.
    await refusedAll(ana, 'fenceMissing');
    await refusedAll({ ...ana, fence: gate().get(id).control.fence + 1 }, 'conflict');
    gate().takeControl(ben, id);
    await refusedAll({ ...ana, fence }, 'controlled');
    // Nor does the right number help who has it not.
    await refusedAll(holding(ana), 'controlled');
    const since = services.sandboxes.log(id).events(before + 1, 100);
    expect(new Set(since.map(({ kind }) => kind))).toEqual(new Set(['control.changed']));
    const now = gate().get(id).control.fence;
    await write('now.txt', { ...ben, fence: now });
  });

  test('an upload is broken off when somebody else takes control, and the file stays as it was', async () => {
    await write('a.txt', ana);
    const parts = async function* () {
      yield Buffer.from('new ');
      gate().takeControl(ana, id);
      yield Buffer.from('and ');
      gate().takeControl(ben, id);
      yield Buffer.from('newer');
    };
    const { files } = world.services;
    await expect(files.write(ana, id, 'a.txt', parts(), {}, new AbortController().signal)).rejects.toEqual(
      code('controlled'),
    );
    expect((await files.stat(id, 'a.txt')).sizeBytes).toBe(1);
  });

  test('a call that waits too long for it is refused with the reason, and was not run', async () => {
    gate().update(ana, id, { drivenMs: 10_000 });
    const { fence } = gate().takeControl(ana, id);
    const writing = write();
    await held();
    world.clock.advance(9_999);
    gate().keepControl(ana, id, fence);
    world.clock.advance(1);
    await expect(writing).rejects.toMatchObject({
      code: 'controlled',
      message: expect.stringContaining('within 10 s'),
    });
    await expect(world.services.files.stat(id, 'a.txt')).rejects.toEqual(code('notFound'));
  });

  test('the agent’s own: a person must take it first', async () => {
    gate().update(ana, id, { agentHolds: true });
    await expect(write('x', ana)).rejects.toMatchObject({
      code: 'controlled',
      message: expect.stringContaining('agent'),
    });
    const { fence } = gate().takeControl(ana, id);
    await write('x', holding());
    gate().releaseControl(ana, id, { fence });
    expect(gate().get(id).control.holder).toEqual({ kind: 'agent' });
  });

  test('is asked for and given', () => {
    gate().takeControl(ana, id);
    gate().requestControl(ben, id, 'may I?');
    expect(gate().get(id).control.requests).toMatchObject([{ name: 'Ben', reason: 'may I?' }]);
    expect(() => gate().giveControl(ben, id, 'agent')).toThrow(code('controlled'));
    expect(gate().giveControl(holding(), id, ben.viewer!).holder).toMatchObject({ name: 'Ben' });
  });

  test('who had it before a restart has it after', async () => {
    const { fence } = gate().takeControl(ana, id);
    await world.restart();
    expect(gate().get(id).control).toMatchObject({ fence, holder: { name: 'Ana' } });
    expect(() => gate().keepControl(ana, id, fence)).not.toThrow();
  });
});

describe('questions and messages', () => {
  test('an agent that asks waits for the answer, and the wall knows', async () => {
    const asking = gate().ask(agent, id, { question: 'Which one?', choices: ['red', 'blue'] });
    const { questions } = await until((now) => now.questions.length === 1);
    expect(world.services.sandboxes.get(id).gate).toMatchObject({ questions: 1, summary: 'Which one?' });
    const call = questions[0]!.call;
    expect(() => gate().answer(ana, id, call, { choice: 'green' })).toThrow(code('badRequest'));
    gate().answer(ana, id, call, { choice: 'blue' });
    expect(await asking).toEqual({ choice: 'blue' });
    expect(() => gate().answer(ben, id, call, { choice: 'red' })).toThrow(code('gone'));
    expect(kinds(call)).toEqual(['call.asked', 'question.answered', 'call.ended']);
  });

  test('who is asked to take over answers by handing back', async () => {
    const asking = gate().ask(agent, id, { question: 'Please log in', takeOver: true });
    await until((now) => now.questions.length === 1);
    gate().takeControl(ana, id);
    gate().releaseControl(holding(), id, { note: 'done' });
    expect(await asking).toEqual({ text: 'done' });
  });

  test('a message reaches the agent with its next call, once, and survives a restart', async () => {
    gate().send(ana, id, 'Use the other branch.');
    await world.restart();
    const told: string[] = [];
    const pass = () =>
      world.services.calls.pass(
        agent,
        id,
        {
          name: 'look',
          arguments: {},
          summary: () => '',
          outcome: () => ({ summary: 'ok' }),
          onNotice: (notices) => told.push(...notices.map(({ text }) => text)),
        },
        async () => 1,
      );
    await pass();
    await pass();
    expect(told).toEqual(['Use the other branch.']);
    expect(world.events(id, 'message.delivered')).toHaveLength(1);
  });
});
