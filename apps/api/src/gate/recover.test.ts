/** `kill -9` with calls held, and what else comes late or doubled. */
import type { CallId, Control, SandboxId } from '@sandglass/protocol';
import { beforeEach, expect, test } from 'vitest';
import { agent, type TestWorld } from '../sandboxes/testWorld.ts';
import { ana, ben, code, useGate } from './gateTest.ts';
import { LEASE_MS } from './leaseMachine.ts';

const bench = useGate();
const { gate, until, held, kinds, write, exec, rule } = bench;
let world: TestWorld;
let id: SandboxId;
beforeEach(() => {
  ({ world, id } = bench);
});

const errorOf = (call: CallId) => {
  const ended = world.services.sandboxes.log(id).eventsOf(['call.ended'], 0, 1_000);
  return ended.flatMap((event) =>
    event.kind === 'call.ended' && event.data.call === call ? [event.data.error?.code] : [],
  );
};

test('a server that was killed with calls held and running: what waited is safe to send again, the rest is not known, nothing runs twice', async () => {
  await rule('before write → ask');
  await rule('after mkdir → hold');
  const ran: string[] = [];
  const asked = { name: 'run', arguments: {}, summary: () => '', outcome: () => ({ summary: 'ok' }) };
  const running = world.services.calls.pass(agent, id, asked, () => {
    ran.push('run');
    return new Promise(() => {});
  });
  running.catch(() => {});
  const waiting = write('held.txt').catch(() => {});
  const before = await held();
  const made = world.services.files.makeDirectory(agent, id, 'made').catch(() => {});
  const { held: both, running: now } = await until((gate) => gate.held.length === 2);
  const after = both.find(({ when }) => when === 'after')!.call;
  const asking = gate()
    .ask(agent, id, { question: 'Well?' })
    .catch(() => {});
  await until((gate) => gate.questions.length === 1);

  await world.crash();
  await Promise.all([waiting, made, asking]);
  expect(errorOf(before)).toEqual(['unavailable']);
  expect(kinds(before)).not.toContain('call.started');
  expect(errorOf(after)).toEqual(['gone']);
  expect(errorOf(now[0]!.call)).toEqual(['gone']);
  expect(ran).toEqual(['run']);
  await expect(world.services.files.stat(id, 'held.txt')).rejects.toEqual(code('notFound'));
  expect(gate().get(id)).toMatchObject({ held: [], running: [], questions: [] });
  await expect(gate().decide(ana, id, before, { kind: 'approve' })).rejects.toEqual(code('gone'));
  // The rule holds the call that is sent again.
  const again = write('held.txt');
  await gate().decide(ana, id, await held(), { kind: 'approve' });
  await again;
});

test('a rule that matches checkpoints does not match its own, nor that of another rule', async () => {
  await rule('on checkpoint → checkpoint, hold');
  await rule('before exec → checkpoint');
  await exec('true');
  expect(world.events(id, 'checkpoint.created')).toHaveLength(1);
  expect(gate().get(id).mode.kind).toBe('open');
  await world.services.checkpoints.create(ana, id, {});
  await until((now) => now.mode.kind === 'paused');
  await expect.poll(() => world.events(id, 'checkpoint.created').length).toBe(3);
  expect(world.events(id, 'rule.hit')).toHaveLength(2);
  await gate().continue(ana, id);
});

test('whatever is sent again after control was lost by time is refused, and changes nothing', async () => {
  const { fence } = gate().takeControl(ana, id);
  world.clock.advance(LEASE_MS);
  const lost = gate().get(id).control;
  expect(lost.holder.kind).toBe('nobody');
  const late: Record<string, () => unknown> = {
    heartbeat: () => gate().keepControl(ana, id, fence),
    give: () => gate().giveControl(ana, id, 'agent'),
    touch: () => gate().touch({ ...ana, fence }, id),
  };
  for (const [what, act] of Object.entries(late)) expect(act, what).toThrow();
  gate().releaseControl(ana, id, { fence });
  expect(gate().get(id).control).toEqual(lost);
  gate().takeControl(ben, id);
  for (const [what, act] of Object.entries(late)) expect(act, what).toThrow(code('controlled'));
  expect(() => gate().releaseControl(ana, id, { fence })).toThrow(code('controlled'));
});

test('a storm of taking over ends with one holder, a fence for each, and no input of those before', async () => {
  const people = [ana, ben];
  const had: { by: (typeof people)[number]; control: Control }[] = [];
  for (let n = 0; n < 200; n++) {
    const by = people[n % 2]!;
    had.push({ by, control: gate().takeControl(by, id, `turn ${n}`) });
  }
  expect(new Set(had.map(({ control }) => control.fence)).size).toBe(200);
  const results = await Promise.allSettled(
    had.map(({ by, control }, n) => write(`turn-${n}.txt`, { ...by, fence: control.fence })),
  );
  expect(results.flatMap(({ status }, n) => (status === 'fulfilled' ? [n] : []))).toEqual([199]);
  expect(world.events(id, 'control.changed')).toHaveLength(200);
});
