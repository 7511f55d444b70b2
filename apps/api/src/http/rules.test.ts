import { expect, it } from 'vitest';
import { ServerWorld } from '../../test/serverWorld.ts';
import { sandboxA, sandboxB } from '../../test/stubServices.ts';

const body = JSON.stringify({ text: 'before exec → hold' });

it('lets viewers look at rules and try one, and operators change them', async () => {
  await using world = await ServerWorld.start();
  const { secret: token } = await world.token({ role: 'viewer' });
  const own = `/v1/sandboxes/${sandboxA}/rules`;
  const status = async (path: string, more: object = {}) => (await world.ask(path, { token, ...more })).status;
  for (const path of [own, `${own}/export`, '/v1/rules', '/v1/rules/export', '/v1/rules/fields'])
    expect([path, await status(path)]).toEqual([path, 200]);
  for (const path of [`${own}/preview`, '/v1/rules/check'])
    expect([path, await status(path, { body })]).toEqual([path, 200]);
  const shared = JSON.stringify({ text: 'before exec → hold', scope: { kind: 'everywhere' } });
  for (const [method, path, given] of [
    ['POST', own, body],
    ['PATCH', `${own}/rul_aaaa`, '{"enabled":false}'],
    ['DELETE', `${own}/rul_aaaa`, undefined],
    ['PUT', `/v1/sandboxes/${sandboxA}/rule-sets/destructive-shell`, '{"enabled":true}'],
    ['POST', `${own}/import`, '{"sandglassRules":1,"rules":[],"sets":[]}'],
    ['POST', '/v1/rules', shared],
    ['PUT', '/v1/rule-sets/destructive-shell', '{"enabled":true}'],
  ] as const)
    expect([method, path, await status(path, { method, body: given })]).toEqual([method, path, 403]);
});

it('keeps a token of one sandbox to the rules of that one', async () => {
  await using world = await ServerWorld.start();
  const { secret: token } = await world.token({ role: 'operator', scope: { kind: 'sandbox', sandbox: sandboxA } });
  const status = async (path: string, more: object = {}) => (await world.ask(path, { token, ...more })).status;
  expect(await status(`/v1/sandboxes/${sandboxA}/rules`)).toBe(200);
  expect(await status(`/v1/sandboxes/${sandboxB}/rules`)).toBe(403);
  expect(await status('/v1/rules')).toBe(403);
  const shared = JSON.stringify({ text: 'before exec → hold', scope: { kind: 'everywhere' } });
  expect(await status('/v1/rules', { body: shared })).toBe(403);
  expect(await status('/v1/rules/rul_aaaa', { method: 'DELETE' })).toBe(403);
  // What a rule can say is no secret.
  expect(await status('/v1/rules/check', { body })).toBe(200);
  expect(await status('/v1/rules/fields')).toBe(200);
});
