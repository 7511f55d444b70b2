import type { LogEvent, SandboxId } from '@sandglass/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { agent, type TestWorld } from '../sandboxes/testWorld.ts';
import { ana, ben, code, useGate } from './gateTest.ts';

const bench = useGate();
const { gate, until, held, kinds, write, exec, rule } = bench;
let world: TestWorld;
let id: SandboxId;
beforeEach(() => {
  ({ world, id } = bench);
});

describe('pausing', () => {
  test('holds new calls, freezes, and undoes both in order', async () => {
    const paused = await gate().pause(ana, id, {});
    expect(paused.mode).toEqual({ kind: 'paused', freeze: true, because: null });
    expect(world.services.sandboxes.get(id)).toMatchObject({ phase: 'frozen', gate: { mode: 'paused' } });
    const writing = write();
    const call = await held();
    expect(gate().get(id).held[0]).toMatchObject({ name: 'write', reason: { kind: 'pause' }, expiresAtMs: null });
    await gate().continue(ana, id);
    await writing;
    expect(world.services.sandboxes.get(id)).toMatchObject({ phase: 'running', gate: { mode: 'open' } });
    expect(kinds(call)).toEqual(['call.asked', 'call.held', 'released', 'call.started', 'call.ended']);
    const modes = world.events(id, 'gate.mode').map(({ to }) => to.kind);
    expect(modes).toEqual(['pausing', 'paused', 'continuing', 'open']);
  });

  test('a step lets one call through and stands still again', async () => {
    await gate().pause(ana, id, {});
    const calls = [write('1'), write('2'), write('3')];
    await until((now) => now.held.length === 3);
    await gate().step(ana, id);
    await calls[0];
    const after = await until((now) => now.mode.kind === 'paused');
    expect(after.mode).toMatchObject({ because: 'a step' });
    expect(after.held.map(({ summary }) => summary)).toEqual(['2', '3']);
    expect(world.services.sandboxes.get(id).phase).toBe('frozen');
    await gate().continue(ana, id);
    await Promise.all(calls);
  });

  test('a step takes along what the call does in turn, on terminals and by calls of its own', async () => {
    const { id: terminal } = await world.services.terminals.open(agent, id, {});
    await gate().pause(ana, id, {});
    const asked = { name: 'shell', arguments: {}, summary: () => '', outcome: () => ({ summary: 'ok' }) };
    const shell = world.services.calls.pass(agent, id, asked, async () => {
      await world.services.terminals.write(agent, id, terminal, 'ls\r');
      return (await write('inner.txt')).path;
    });
    await held();
    await gate().step(ana, id);
    expect(await shell).toContain('inner.txt');
    expect((await until((now) => now.mode.kind === 'paused')).held).toEqual([]);
    await gate().continue(ana, id);
  });

  test('waits for what is about to end, and freezes what goes on in its middle', async () => {
    let finish: (value: number) => void = () => {};
    const asked = { name: 'wait', arguments: {}, summary: () => '', outcome: () => ({ summary: 'ok' }) };
    const running = world.services.calls.pass(
      agent,
      id,
      asked,
      () => new Promise<number>((resolve) => (finish = resolve)),
    );
    await until((now) => now.running.length === 1);
    const pausing = gate().pause(ana, id, {});
    expect(gate().get(id).mode.kind).toBe('pausing');
    world.clock.advance(2_000);
    await pausing;
    expect(gate().get(id)).toMatchObject({ mode: { kind: 'paused' }, running: [{ name: 'wait' }] });
    await gate().continue(ana, id);
    finish(1);
    expect(await running).toBe(1);
  });

  test('runs to a change of a file, and to an error whose answer waits', async () => {
    await gate().pause(ana, id, { freeze: false });
    await gate().runTo(ana, id, { kind: 'fileChange', under: '/home/user' });
    await write('b.txt');
    expect((await until((now) => now.mode.kind === 'paused')).mode).toMatchObject({
      because: expect.stringContaining('b.txt'),
    });
    await gate().runTo(ana, id, { kind: 'error' });
    const failing = world.services.files.remove(agent, id, 'missing', false);
    const call = await held();
    expect(gate().get(id).held[0]).toMatchObject({ when: 'after', reason: { kind: 'runTo' } });
    await gate().continue(ana, id);
    await expect(failing).rejects.toEqual(code('notFound'));
    expect(kinds(call).slice(-2)).toEqual(['approved', 'call.ended']);
  });
});

describe('a held call', () => {
  beforeEach(async () => void (await gate().pause(ana, id, { freeze: false })));

  test('is rejected with the reason that its agent reads', async () => {
    const writing = write();
    await gate().decide(ana, id, await held(), { kind: 'reject', reason: 'Not there, please.' });
    await expect(writing).rejects.toMatchObject({ code: 'rejected', message: 'Not there, please.' });
    await expect(world.services.files.stat(id, 'a.txt')).rejects.toEqual(code('notFound'));
  });

  test('runs with the arguments as they were edited, which must fit the call', async () => {
    const writing = write();
    const call = await held();
    const { arguments: given } = gate().get(id).held[0]!;
    for (const wrong of [{}, { path: '' }, { ...given, mode: 7 }])
      await expect(gate().decide(ana, id, call, { kind: 'edit', arguments: wrong })).rejects.toEqual(
        code('badRequest'),
      );
    await gate().decide(ana, id, call, { kind: 'edit', arguments: { ...given, path: 'other.txt' } });
    expect((await writing).path).toContain('other.txt');
    expect(world.events(id, 'call.decided')[0]).toMatchObject({ decision: 'edited', arguments: { path: 'other.txt' } });
  });

  test('keeps the secrets that people do not see where they stood when it is edited, and runs no mark', async () => {
    world.services.sandboxes.log(id).redactor.add('hunter2-secret');
    const running = exec('echo hunter2-secret yes');
    const call = await held();
    expect(gate().get(id).held[0]?.arguments).toEqual({ command: 'echo ••• yes' });
    const edit = (command: string) => gate().decide(ana, id, call, { kind: 'edit', arguments: { command } });
    await expect(edit('echo no; echo •••; echo •••')).rejects.toMatchObject({
      code: 'badRequest',
      details: { issues: [{ path: 'arguments.command' }] },
    });
    await edit('echo ••• no');
    expect((await running).stdout).toBe('hunter2-secret no\n');
    expect(world.events(id, 'call.decided')[0]?.arguments).toEqual({ command: 'echo ••• no' });
  });

  test('is answered in the stead of the sandbox', async () => {
    const running = exec('rm -rf /');
    const call = await held();
    await expect(gate().decide(ana, id, call, { kind: 'answer', result: { code: 'x' } })).rejects.toEqual(
      code('badRequest'),
    );
    await gate().decide(ana, id, call, { kind: 'answer', result: { code: 1, stdout: 'no', stderr: '' } });
    expect(await running).toMatchObject({ exit: { code: 1 }, stdout: 'no' });
    expect(kinds(call)).toEqual(['call.asked', 'call.held', 'answered', 'call.ended']);
  });

  test('approved while all stands still is one step', async () => {
    const calls = [write('1'), write('2')];
    await until((now) => now.held.length === 2);
    await gate().decide(ana, id, await held(), { kind: 'approve' });
    await calls[0];
    expect((await until((now) => now.mode.kind === 'paused')).held).toHaveLength(1);
    await gate().continue(ana, id);
    await calls[1];
  });

  test('is decided once: who comes second is told', async () => {
    const writing = write();
    const call = await held();
    const results = await Promise.allSettled([
      gate().decide(ana, id, call, { kind: 'approve' }),
      gate().decide(ben, id, call, { kind: 'reject', reason: 'no' }),
    ]);
    await writing;
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await expect(gate().decide(ben, id, call, { kind: 'approve' })).rejects.toMatchObject({
      code: 'conflict',
      message: 'It is decided already: approve by Ana.',
    });
  });

  test('whose client went away is over, and does not run', async () => {
    const abort = new AbortController();
    const running = exec('touch a', abort.signal);
    const call = await held();
    abort.abort();
    await expect(running).rejects.toBeDefined();
    expect(kinds(call)).toEqual(['call.asked', 'call.held', 'abandoned', 'call.ended']);
    await expect(gate().decide(ana, id, call, { kind: 'approve' })).rejects.toEqual(code('gone'));
  });

  test('ends with its sandbox', async () => {
    const writing = write();
    await held();
    await world.services.sandboxes.kill(ana, id);
    await expect(writing).rejects.toEqual(code('gone'));
  });

  test('is still not run after the server was ended and started, and what was paused is paused', async () => {
    const writing = write().catch((error: unknown) => error);
    const call = await held();
    await world.restart();
    expect(await writing).toMatchObject({ code: 'unavailable' });
    expect(kinds(call).filter((kind) => kind === 'call.ended')).toHaveLength(1);
    expect(kinds(call)).not.toContain('call.started');
    expect(gate().get(id).mode).toMatchObject({ kind: 'paused', freeze: false });
    await gate().continue(ana, id);
    await write('c.txt');
  });
});

describe('rules', () => {
  test('a breakpoint holds before the call, the wall knows, and continuing goes on', async () => {
    await rule('before write → hold');
    const writing = write();
    const call = await held();
    expect(gate().get(id).held[0]).toMatchObject({ reason: { kind: 'breakpoint' }, expiresAtMs: expect.any(Number) });
    expect(world.services.sandboxes.get(id).gate).toMatchObject({ mode: 'open', heldCalls: 1, summary: 'write a.txt' });
    await gate().continue(ana, id);
    await writing;
    const life = ['call.asked', 'rule.hit', 'call.held', 'approved', 'call.started', 'call.ended'];
    expect(kinds(call)).toEqual(life);
  });

  test('what waits for an approval is not let go by continuing, and “all like this” asks no more', async () => {
    await rule('before write → ask');
    const first = write('1');
    await held();
    await gate().continue(ana, id);
    expect(gate().get(id).held).toHaveLength(1);
    await gate().decide(ana, id, await held(), { kind: 'approve', alike: true });
    await first;
    await write('2');
    gate().forgetAlike(ana, id);
    const third = write('3');
    await gate().decide(ana, id, await held(), { kind: 'reject', reason: 'enough' });
    await expect(third).rejects.toEqual(code('rejected'));
  });

  test('“all like this” is for the run in which it was said, and outlives the server', async () => {
    await rule('before write → ask');
    const run = await world.services.runs.start(agent, id, { goal: 'work' });
    const first = write('1');
    await gate().decide(ana, id, await held(), { kind: 'approve', alike: true });
    await first;
    expect(gate().get(id).alike).toMatchObject([{ name: 'write', run: run.id }]);
    await world.restart();
    expect(gate().get(id).alike).toMatchObject([{ name: 'write', run: run.id }]);
    await write('2');
    await world.services.runs.end(agent, id, run.id, { outcome: 'succeeded' });
    expect(gate().get(id).alike).toEqual([]);
    const second = write('3');
    await gate().decide(ana, id, await held(), { kind: 'approve', alike: true });
    await second;
    // Without a run it is until somebody forgets it, and that is not undone by a restart either.
    await world.restart();
    await write('4');
    const { alike } = gate().get(id);
    expect(alike).toMatchObject([{ name: 'write', run: null }]);
    gate().forgetAlike(ana, id, { name: 'exec' });
    expect(gate().get(id).alike).toEqual(alike);
    gate().forgetAlike(ana, id, { name: 'write', rule: alike[0]!.rule.id });
    await world.restart();
    expect(gate().get(id).alike).toEqual([]);
    const said = world.events(id, 'gate.alike').map(({ alike, forgotten = [] }) => [alike.length, forgotten.length]);
    expect(said).toEqual([
      [1, 0],
      [0, 1],
      [1, 0],
      [0, 1],
    ]);
  });

  test('nobody decides: it is rejected when its time is over, and was not run', async () => {
    gate().update(ana, id, { holdMs: 60_000 });
    await rule('before write → ask');
    const writing = write();
    await held();
    world.clock.advance(60_000);
    await expect(writing).rejects.toMatchObject({ code: 'rejected', message: expect.stringContaining('within 60 s') });
    await expect(world.services.files.stat(id, 'a.txt')).rejects.toEqual(code('notFound'));
  });

  test('a refusal is the agent’s to read', async () => {
    await rule('before remove → refuse "Nothing is removed here."');
    await write();
    await expect(world.services.files.remove(agent, id, 'a.txt', false)).rejects.toMatchObject({
      code: 'rejected',
      message: expect.stringContaining('Nothing is removed here.'),
    });
    await world.services.files.stat(id, 'a.txt');
  });

  test('after a call its answer waits, and can be another one', async () => {
    await rule('after exec → hold');
    const running = exec('echo secret');
    const call = await held();
    expect(gate().get(id).held[0]).toMatchObject({ when: 'after', outcome: 'exit 0' });
    await gate().decide(ana, id, call, { kind: 'answer', result: { code: 0, stdout: 'nothing to see' } });
    expect(await running).toMatchObject({ stdout: 'nothing to see' });
    const again = exec('echo more');
    await gate().decide(ana, id, await held(), { kind: 'reject', reason: 'Not for you.' });
    await expect(again).rejects.toMatchObject({ code: 'rejected', message: 'Not for you.' });
  });

  test('an edited result keeps the secrets that people do not see', async () => {
    world.services.sandboxes.log(id).redactor.add('hunter2-secret');
    await rule('after exec → hold');
    const running = exec('echo hunter2-secret one');
    const call = await held();
    const { result } = gate().get(id).held[0]!;
    expect(result).toEqual({ code: 0, stdout: '••• one\n', stderr: '' });
    const answer = (stdout: string) => gate().decide(ana, id, call, { kind: 'answer', result: { ...result, stdout } });
    await expect(answer('two ••• ••• three')).rejects.toMatchObject({
      code: 'badRequest',
      details: { issues: [{ path: 'result.stdout' }] },
    });
    await answer('••• two\n');
    expect((await running).stdout).toBe('hunter2-secret two\n');
  });

  test('an agent’s kill passes the gate, and is a call of the log when something stops it', async () => {
    await rule('before kill → ask');
    const killing = world.services.sandboxes.kill(agent, id);
    const call = await held();
    expect(gate().get(id).held[0]).toMatchObject({ name: 'kill' });
    await gate().decide(ana, id, call, { kind: 'reject', reason: 'It is still needed.' });
    await expect(killing).rejects.toEqual(code('rejected'));
    expect(world.services.sandboxes.get(id).phase).toBe('running');
  });
});

test('calls through an open gate run in the order of asking, each once, and are never said to be held', async () => {
  const before = world.services.sandboxes.log(id).lastSeq;
  const order: number[] = [];
  const one = (n: number) =>
    world.services.calls.pass(
      agent,
      id,
      { name: 'n', arguments: { n }, summary: () => String(n), outcome: () => ({ summary: 'ok' }) },
      async () => void order.push(n),
    );
  await Promise.all(Array.from({ length: 2_000 }, (_, n) => one(n)));
  expect(order).toEqual(Array.from({ length: 2_000 }, (_, n) => n));
  const events: LogEvent[] = world.services.sandboxes.log(id).events(before + 1, 5000);
  expect(events.filter((event) => event.kind === 'call.held')).toEqual([]);
});
