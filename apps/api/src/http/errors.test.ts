import { AppError, Problem, routes } from '@sandglass/protocol';
import { expect, it } from 'vitest';
import { type Asking, ServerWorld } from '../../test/serverWorld.ts';

const refusals: [string, string, Asking, number, string][] = [
  ['an unknown address', '/v1/nothing', {}, 404, 'notFound'],
  ['an unknown method', '/v1/sandboxes', { method: 'PUT', body: '{}' }, 404, 'notFound'],
  ['an address that is no UTF-8', '/v1/%ff', {}, 400, 'badRequest'],
  ['a malformed id', '/v1/sandboxes/..%2f..', {}, 400, 'badRequest'],
  ['an over-long id', `/v1/sandboxes/sbx_${'a'.repeat(300)}`, {}, 400, 'badRequest'],
  ['an unknown id', '/v1/sandboxes/sbx_zzzz', {}, 404, 'notFound'],
  ['a body that is no JSON', '/v1/sandboxes', { body: '{' }, 400, 'badRequest'],
  [
    'a body of another type',
    '/v1/sandboxes',
    { body: 'x', headers: { 'content-type': 'text/plain' } },
    400,
    'badRequest',
  ],
  ['a prototype in the body', '/v1/sandboxes', { body: '{"__proto__":{"x":1}}' }, 400, 'badRequest'],
  ['an unknown field', '/v1/sandboxes', { body: '{"privileged":true}' }, 400, 'badRequest'],
  ['a name with control characters', '/v1/sandboxes', { body: '{"name":"a\\u0007"}' }, 400, 'badRequest'],
  ['a body above 1 MB', '/v1/sandboxes', { body: JSON.stringify({ name: 'x'.repeat(1_100_000) }) }, 413, 'tooLarge'],
  ['an over-long path', `/v1/sandboxes/sbx_aaaa/files/stat?path=${'x'.repeat(5000)}`, {}, 400, 'badRequest'],
  ['a path with NUL', '/v1/sandboxes/sbx_aaaa/files/stat?path=a%00b', {}, 400, 'badRequest'],
  ['no token', '/v1/sandboxes', { token: null }, 401, 'unauthenticated'],
  ['a wrong token', '/v1/sandboxes', { token: 'sgt_abcd_aaaa' }, 401, 'unauthenticated'],
  [
    'another scheme',
    '/v1/sandboxes',
    { token: null, headers: { authorization: 'Basic eDp5' } },
    401,
    'unauthenticated',
  ],
  ['what the driver cannot do', '/v1/sandboxes/sbx_aaaa/checkpoints', { body: '{}' }, 501, 'notSupported'],
];

it.each(refusals)('answers %s with a problem', async (_what, path, asking, status, code) => {
  await using world = await ServerWorld.start();
  const answer = await world.ask(path, asking);
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(Problem.parse(answer.json)).toMatchObject({ status, code, instance: answer.headers['x-request-id'] });
  expect(answer.status).toBe(status);
});

it('names the fields that are wrong', async () => {
  await using world = await ServerWorld.start();
  const { problem } = await world.ask('/v1/sandboxes', { body: '{"name":"","ttlMs":"x"}' });
  expect(problem.details).toMatchObject({ issues: [{ path: 'body.name' }, { path: 'body.ttlMs' }] });
});

it('tells nobody the cause of an internal error, and logs it under the id of the answer', async () => {
  await using world = await ServerWorld.start();
  world.stub.failWith = new Error('password is hunter2');
  const { status, problem, body } = await world.ask('/v1/system');
  expect([status, problem.code]).toEqual([500, 'internal']);
  expect(body.toString()).not.toContain('hunter2');
  const line = world.logged.find((one) => one.includes('hunter2'));
  expect(line).toContain(problem.instance);
});

it('keeps details and retry-after of typed errors', async () => {
  await using world = await ServerWorld.start();
  world.stub.failWith = new AppError('unavailable', 'Wait.', { details: { retryAfterMs: 1500 } });
  const { status, problem, headers } = await world.ask('/v1/system');
  expect([status, problem.code, problem.retryable, headers['retry-after']]).toEqual([503, 'unavailable', true, '2']);
});

it('tells a service when the other side went away', async () => {
  await using world = await ServerWorld.start();
  const abort = new AbortController();
  const asked = fetch(`${world.origin}/v1/sandboxes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.secret}`, 'content-type': 'application/json' },
    body: '{"name":"slow"}',
    signal: abort.signal,
  }).catch(() => null);
  await expect.poll(() => world.stub.calls.map((call) => call.name)).toContain('create');
  abort.abort();
  await asked;
  await expect.poll(() => world.stub.calls.map((call) => call.name)).toContain('create aborted');
});

it('lets what is in flight end when it closes, and takes nothing new', async () => {
  await using world = await ServerWorld.start();
  let answer = () => {};
  world.stub.systemGate = new Promise((resolve) => {
    answer = resolve;
  });
  const asked = world.ask('/v1/system', { headers: { connection: 'keep-alive' } });
  await expect.poll(() => world.stub.waiting).toBe(1);
  const closing = world.app.close();
  const fresh = await world.ask('/v1/health').then(
    (answered) => answered.problem.code,
    () => 'no connection',
  );
  expect(['unavailable', 'no connection']).toContain(fresh);
  answer();
  const { status, headers } = await asked;
  expect([status, headers.connection]).toEqual([200, 'close']);
  await closing;
});

it('writes no token into the log', async () => {
  await using world = await ServerWorld.start();
  await world.ask('/v1/system');
  const { cookie } = await world.signIn();
  await world.ask('/v1/system', { token: null, headers: { cookie } });
  const log = world.logged.join('');
  expect(log).toContain('/v1/system');
  expect(log).not.toContain(world.secret);
  expect(log).not.toContain(cookie.split('=')[1]);
});

it('has a least role for every route that changes something', () => {
  const open = Object.values(routes).filter((route) => route.role === null);
  expect(open.map((route) => `${route.method} ${route.path}`)).toEqual([
    'GET /v1/health',
    'GET /v1/ready',
    'POST /v1/session',
    'DELETE /v1/session',
  ]);
});
