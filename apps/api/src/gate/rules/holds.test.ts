import type { Gate, RuleScope, SandboxId } from '@sandglass/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { agent, person, TestWorld } from '../../sandboxes/testWorld.ts';

let world: TestWorld;
let id: SandboxId;
let own: RuleScope;
beforeEach(async () => {
  world = await TestWorld.open();
  id = (await world.create()).id;
  own = { kind: 'sandbox', sandbox: id };
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const add = (text: string, name?: string) =>
  world.services.rules.create(person, own, { text, ...(name === undefined ? {} : { name }) });
const write = (path: string) =>
  world.services.files.write(agent, id, path, bytes('x'), {}, new AbortController().signal);
async function* bytes(text: string) {
  yield Buffer.from(text);
}

/** Resolves with the gate when `is` holds for it. */
function until(is: (gate: Gate) => boolean): Promise<Gate> {
  return new Promise((resolve) => {
    const look = () => {
      const now = world.services.gate.get(id);
      if (!is(now)) return;
      stop();
      resolve(now);
    };
    const stop = world.services.gate.onChange(id, look);
    look();
  });
}

/** Resolves when so many were made. */
function checkpoints(count: number): Promise<void> {
  return new Promise((resolve) => {
    const stop = world.services.sandboxes.log(id).onEvent(() => {
      if (world.events(id, 'checkpoint.created').length < count) return;
      stop();
      resolve();
    });
  });
}

it('a rule holds a call, a person lets it go, and the file is there', async () => {
  const rule = await add('before write where path matching glob "**/secret*" → hold', 'Secrets');
  await write('plain.txt');
  const writing = write('secret.txt');
  const { held } = await until((gate) => gate.held.length === 1);
  expect(held[0]).toMatchObject({
    name: 'write',
    when: 'before',
    reason: { kind: 'breakpoint', rule: { id: rule.id, name: 'Secrets' } },
  });
  await expect(world.services.files.stat(id, 'secret.txt')).rejects.toMatchObject({ code: 'notFound' });
  await world.services.gate.decide(person, id, held[0]!.call, { kind: 'approve' });
  await writing;
  expect(await world.services.files.stat(id, 'secret.txt')).toMatchObject({ name: 'secret.txt' });
  expect(world.services.rules.list(id).items[0]).toMatchObject({ hits: 1 });
  expect(world.events(id, 'rule.hit')).toMatchObject([{ rule: rule.id, call: held[0]!.call, actions: ['hold'] }]);
});

it('a rule refuses a call with its reason, and nothing happens', async () => {
  await add('before write where path matching "secret" → refuse "{path} is not yours"');
  await expect(write('secret.txt')).rejects.toMatchObject({
    code: 'rejected',
    message: expect.stringContaining('/home/user/secret.txt is not yours'),
  });
  await expect(world.services.files.stat(id, 'secret.txt')).rejects.toMatchObject({ code: 'notFound' });
});

it('people are not held', async () => {
  await add('before call → hold');
  await world.services.files.write(person, id, 'mine.txt', bytes('x'), {}, new AbortController().signal);
  expect(world.services.gate.get(id).held).toEqual([]);
});

it('a checkpoint is made first, and a rule that matches its own checkpoint makes no other', async () => {
  await add('before write → checkpoint, log "{path}"');
  await add('on checkpoint → checkpoint');
  await write('a.txt');
  expect(world.events(id, 'checkpoint.created')).toHaveLength(1);
  const [asked] = world.services.sandboxes.log(id).eventsOf(['checkpoint.created'], 1, 1);
  expect(asked?.actor).toBe('system');
  expect(world.events(id, 'rule.hit')).toMatchObject([{ message: '/home/user/a.txt' }]);
  const third = checkpoints(3);
  await world.services.checkpoints.create(person, id, {});
  await third;
  // That one was the rule's, and is behind us: what would follow it had followed the first.
  expect(world.events(id, 'rule.hit')).toHaveLength(2);
});

it('an event holds the call that comes next', async () => {
  await add('on checkpoint → hold', 'After a checkpoint');
  await world.services.checkpoints.create(person, id, {});
  const writing = write('a.txt');
  const { held, mode } = await until((gate) => gate.held.length === 1);
  expect(mode).toMatchObject({ because: expect.stringContaining('After a checkpoint') });
  expect(held[0]).toMatchObject({ name: 'write' });
  await world.services.gate.continue(person, id);
  await writing;
});

it('rules and what they counted outlive the server', async () => {
  await add('before write matching "secret" → refuse "no"');
  await write('secret.txt').catch(() => {});
  await world.restart();
  expect(world.services.rules.list(id).items).toMatchObject([{ hits: 1 }]);
  await expect(write('secret.txt')).rejects.toMatchObject({ code: 'rejected' });
});
