import { expect, it, vi } from 'vitest';
import { ServerWorld } from '../../test/serverWorld.ts';
import { sandboxA, sandboxB } from '../../test/stubServices.ts';

it('shows a token of one sandbox the runs of that one alone', async () => {
  await using world = await ServerWorld.start();
  const list = vi.spyOn(world.stub.services.runs, 'list');
  const { secret } = await world.token({ role: 'viewer', scope: { kind: 'sandbox', sandbox: sandboxA } });
  expect((await world.ask('/v1/runs?limit=5', { token: secret })).json).toMatchObject({ items: [], next: null });
  expect(list).toHaveBeenLastCalledWith(expect.objectContaining({ only: sandboxA, limit: 5, sort: 'newest' }));
  expect((await world.ask('/v1/runs')).status).toBe(200);
  expect(list.mock.lastCall?.[0]).not.toHaveProperty('only');
  expect((await world.ask(`/v1/sandboxes/${sandboxB}/notes`, { token: secret })).problem.code).toBe('forbidden');
});

it('lets viewers read and operators write, and refuses what is no run, no verdict and no note', async () => {
  await using world = await ServerWorld.start();
  const { secret } = await world.token({ role: 'viewer' });
  const base = `/v1/sandboxes/${sandboxA}`;
  const codeOf = async (path: string, method: string, body: object, token?: string) =>
    (await world.ask(`${base}${path}`, { method, body: JSON.stringify(body), ...(token && { token }) })).problem.code;
  expect((await world.ask(`${base}/notes`, { token: secret })).status).toBe(200);
  expect(await codeOf('/notes', 'POST', { atUs: 1, text: 'x' }, secret)).toBe('forbidden');
  expect(await codeOf('/runs', 'POST', { goal: 'x' }, secret)).toBe('forbidden');
  expect(await codeOf('/runs/run_aaaa/verdict', 'PUT', { judgement: 'pass' }, secret)).toBe('forbidden');
  for (const body of [{}, { goal: ' ' }, { goal: 'x', range: { fromUs: 5, toUs: 5 } }, { goal: 'x', traceparent: 'y' }])
    expect(await codeOf('/runs', 'POST', body), JSON.stringify(body)).toBe('badRequest');
  expect(await codeOf('/runs/run_aaaa/verdict', 'PUT', { judgement: 'great' })).toBe('badRequest');
  expect(await codeOf('/runs/run_aaaa/verdict', 'PUT', { judgement: 'pass' })).toBe('notFound');
  for (const body of [{ text: 'x' }, { atUs: 1, text: ' ' }, { atUs: 1, text: 'x', place: { x: 2, y: 0 } }])
    expect(await codeOf('/notes', 'POST', body), JSON.stringify(body)).toBe('badRequest');
  expect((await world.ask('/v1/runs?sort=best')).problem.code).toBe('badRequest');
});
