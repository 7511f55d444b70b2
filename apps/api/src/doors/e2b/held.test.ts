/** A person decides of what the vendor's client asked for, and the client hears it in its own words. */
import { type Gate, type HeldCall, type SandboxId, TokenId } from '@sandglass/protocol';
import { CommandExitError, Sandbox } from 'e2b';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { person } from '../../sandboxes/testWorld.ts';
import { E2bWorld } from './e2bWorld.ts';

let world: E2bWorld;
let sandbox: Sandbox;
let id: SandboxId;
beforeAll(async () => {
  world = await E2bWorld.open('fake host');
  sandbox = await Sandbox.create('base', world.options);
  id = `sbx_${sandbox.sandboxId}` as SandboxId;
  await world.rooms.services.gate.pause(person, id, {});
}, 60_000);
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  expect(world.logged).toEqual([]);
});

const held = async (): Promise<HeldCall> => {
  const { gate } = world.rooms.services;
  const first = ({ held: calls }: Gate) => calls[0];
  return await new Promise((resolve) => {
    const look = () => {
      const call = first(gate.get(id));
      if (!call) return;
      stop();
      resolve(call);
    };
    const stop = gate.onChange(id, look);
    look();
  });
};
const decide = async (decision: Parameters<typeof world.rooms.services.gate.decide>[3]) =>
  await world.rooms.services.gate.decide(person, id, (await held()).call, decision);

it('goes on when it is approved, however long that took', async () => {
  // The client has its number and a stream that lives, although nothing has begun.
  const handle = await sandbox.commands.run('echo at last', { background: true, requestTimeoutMs: 5_000 });
  expect((await held()).summary).toContain('echo at last');
  expect((await held()).summary).not.toContain('/bin/bash');
  await decide({ kind: 'approve' });
  expect(await handle.wait()).toMatchObject({ exitCode: 0, stdout: 'at last\n' });
});

it('runs what a person made of it', async () => {
  const running = sandbox.commands.run('echo mine');
  await decide({ kind: 'edit', arguments: { command: 'echo theirs' } });
  expect((await running).stdout).toBe('theirs\n');
});

it('hears a person’s answer as if it had run', async () => {
  const running = sandbox.commands.run('deploy');
  await decide({ kind: 'answer', result: { code: 4, stdout: 'not today\n', stderr: '' } });
  const error = await running.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CommandExitError);
  expect(error).toMatchObject({ exitCode: 4, stdout: 'not today\n' });
});

it('is told why it was rejected', async () => {
  const running = sandbox.commands.run('rm -rf /');
  const refused = expect(running).rejects.toThrow(/permission_denied.*Please leave that/s);
  await decide({ kind: 'reject', reason: 'Please leave that.' });
  await refused;
  const writing = expect(sandbox.files.write('x', '1')).rejects.toThrow(/Not this file/);
  await decide({ kind: 'reject', reason: 'Not this file.' });
  await writing;
});

it('is told that the budget of its run is spent, and does not try again', async () => {
  const { gate, runs, sandboxes } = world.rooms.services;
  await gate.continue(person, id);
  const { by } = sandboxes.log(id).lastOf(['call.asked'])!;
  const caller = { actor: 'agent' as const, token: TokenId.parse(by), door: 'e2b' as const, name: 'agent' };
  const run = await runs.start(caller, id, { goal: 'Little', budget: { tokens: 10 } });
  expect((await sandbox.commands.run('echo still')).stdout).toBe('still\n');
  await runs.spend(caller, id, { usd: null, tokens: 10 });
  const before = sandboxes.log(id).eventsOf(['call.asked'], 1, 1_000).length;
  await expect(sandbox.commands.run('echo more')).rejects.toThrow(
    /failed_precondition.*budget of this run is spent: 10 of 10 tokens/s,
  );
  await expect(sandbox.files.write('x', '1')).rejects.toThrow(/budget of this run is spent/);
  expect(sandboxes.log(id).eventsOf(['call.asked'], 1, 1_000)).toHaveLength(before + 2);
  await runs.update(person, id, run.id, { budget: { tokens: 20 }, reason: 'go on' });
  expect((await sandbox.commands.run('echo on')).stdout).toBe('on\n');
});
