import type { SandboxId } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { ServerWorld } from '../../test/serverWorld.ts';
import { sandboxA, sandboxB, terminalA } from '../../test/stubServices.ts';

const presence = (sandbox: SandboxId = sandboxA) => ({ kind: 'presence', sandbox }) as const;

type Viewing = Awaited<ReturnType<ServerWorld['view']>>;
const names = (viewer: Viewing) =>
  viewer.messages
    .flatMap((one) => (one.type === 'presence' ? [one.viewers] : []))
    .at(-1)
    ?.map(({ name, you, windows, kind }) => `${name}${you ? ' (you)' : ''} ${kind} ${windows}`);

it('says who looks, to each with who they are, and who came and went', async () => {
  await using world = await ServerWorld.start();
  const { secret } = await world.identity.create({ name: 'Reviewer 2', role: 'viewer' });
  const first = await world.view();
  first.send({ type: 'subscribe', channel: 1, topic: presence() });
  await first.until(() => names(first)?.length === 1);
  const second = await world.view({ token: secret });
  second.send({ type: 'subscribe', channel: 1, topic: presence() });
  await second.until(() => names(second)?.length === 2);
  await first.until(() => names(first)?.length === 2);
  expect(names(second)?.[1]).toBe('Reviewer 2 (you) program 1');
  expect(names(first)?.[1]).toBe('Reviewer 2 program 1');
  second.socket.terminate();
  await first.until(() => names(first)?.length === 1);
});

it('counts who has the screen or a terminal open, and not who only has it on the wall', async () => {
  await using world = await ServerWorld.start();
  const { secret } = await world.identity.create({ name: 'two', role: 'viewer' });
  const first = await world.view();
  first.send({ type: 'subscribe', channel: 1, topic: presence() });
  const second = await world.view({ token: secret });
  second.send({ type: 'subscribe', channel: 1, topic: { kind: 'stats', sandbox: sandboxA } });
  second.send({ type: 'subscribe', channel: 2, topic: { kind: 'events', sandbox: sandboxA } });
  await second.message('opened', 2);
  await first.until(() => names(first)?.length === 1);
  second.send({ type: 'subscribe', channel: 3, topic: { kind: 'terminal', sandbox: sandboxA, terminal: terminalA } });
  await first.until(() => names(first)?.length === 2);
  second.send({ type: 'unsubscribe', channel: 3 });
  await first.until(() => names(first)?.length === 1);
});

it('is one person with two windows when one token looks twice, in this sandbox only', async () => {
  await using world = await ServerWorld.start();
  const [one, other, elsewhere] = [await world.view(), await world.view(), await world.view()];
  one.send({ type: 'subscribe', channel: 1, topic: presence() });
  elsewhere.send({ type: 'subscribe', channel: 1, topic: presence(sandboxB) });
  other.send({ type: 'subscribe', channel: 1, topic: presence() });
  other.send({ type: 'subscribe', channel: 2, topic: presence() });
  await one.until(() => names(one)?.[0]?.endsWith(' 2') === true);
  expect(names(one)).toHaveLength(1);
  await elsewhere.until(() => names(elsewhere)?.[0]?.endsWith(' 1') === true);
  // One of two channels of a window is not the window.
  other.send({ type: 'unsubscribe', channel: 1 });
  await other.message('ended', 1);
  expect(names(other)?.[0]).toMatch(/ 2$/);
  other.socket.terminate();
  await one.until(() => names(one)?.[0]?.endsWith(' 1') === true);
});

it('ends for a token that is revoked, and tells the others', async () => {
  await using world = await ServerWorld.start();
  const { id, secret } = await world.identity.create({ name: 'two', role: 'viewer' });
  const first = await world.view();
  first.send({ type: 'subscribe', channel: 1, topic: presence() });
  const second = await world.view({ token: secret });
  second.send({ type: 'subscribe', channel: 1, topic: presence() });
  await first.until(() => names(first)?.length === 2);
  await world.ask(`/v1/tokens/${id}`, { method: 'DELETE' });
  await first.until(() => names(first)?.length === 1);
});

it('is refused for a sandbox outside the scope', async () => {
  await using world = await ServerWorld.start();
  const { secret } = await world.token({ role: 'viewer', scope: { kind: 'sandbox', sandbox: sandboxB } });
  const viewer = await world.view({ token: secret });
  viewer.send({ type: 'subscribe', channel: 1, topic: presence() });
  expect((await viewer.message('ended', 1)).problem?.code).toBe('forbidden');
});
