import { expect, it } from 'vitest';
import { ServerWorld } from '../../test/serverWorld.ts';

it('says nothing of sandboxes until all are known, but says how it is', async () => {
  await using world = await ServerWorld.start();
  world.stub.phase = 'starting';
  const refused = await world.ask('/v1/sandboxes');
  expect(refused.status).toBe(503);
  expect(JSON.parse(refused.body.toString())).toMatchObject({ code: 'unavailable', retryable: true });
  expect((await world.ask('/v1/health')).status).toBe(200);
  world.stub.phase = 'ok';
  expect((await world.ask('/v1/sandboxes')).status).toBe(200);
});
