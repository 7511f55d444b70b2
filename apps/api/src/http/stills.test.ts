import { expect, it } from 'vitest';
import { ServerWorld } from '../../test/serverWorld.ts';
import { sandboxA, sandboxB } from '../../test/stubServices.ts';

const path = `/v1/sandboxes/${sandboxA}/stills`;

it('lists what is kept', async () => {
  await using world = await ServerWorld.start();
  expect((await world.ask(`${path}?fromUs=1&toUs=99&count=5`)).json).toEqual({
    items: [{ seq: 4, atUs: 40, width: 320, height: 200 }],
    total: 1,
    nowUs: 50,
  });
  for (const bad of ['fromUs=-1', 'toUs=x', 'count=0', 'count=1001'])
    expect((await world.ask(`${path}?${bad}`)).problem.code, bad).toBe('badRequest');
});

it('gives a picture, cached for ever once it can be no other', async () => {
  await using world = await ServerWorld.start();
  const exact = await world.ask(`${path}/40`);
  expect(exact.headers).toMatchObject({
    'content-type': 'image/jpeg',
    'cache-control': 'private, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
    'sandglass-seq': '4',
    'sandglass-at-us': '40',
  });
  expect(exact.body.subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
  const newest = await world.ask(`${path}/999`);
  expect(newest.headers['cache-control']).toBe('private, no-cache');
  const again = await world.ask(`${path}/999`, { headers: { 'if-none-match': String(newest.headers.etag) } });
  expect([again.status, again.body.length]).toEqual([304, 0]);
  expect((await world.ask(`${path}/3`)).problem.code).toBe('notFound');
  expect((await world.ask(`${path}/-3`)).problem.code).toBe('badRequest');
});

it('is for viewers, and keeps a token of one sandbox to it', async () => {
  await using world = await ServerWorld.start();
  const viewer = await world.token({ role: 'viewer' });
  expect((await world.ask(path, { token: viewer.secret })).status).toBe(200);
  expect((await world.ask(path, { token: null })).status).toBe(401);
  const other = await world.token({ role: 'admin', scope: { kind: 'sandbox', sandbox: sandboxB } });
  for (const asked of [path, `${path}/40`])
    expect((await world.ask(asked, { token: other.secret })).problem.code).toBe('forbidden');
});
