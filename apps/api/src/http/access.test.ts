import { expect, it } from 'vitest';
import { ServerWorld } from '../../test/serverWorld.ts';
import { sandboxA, sandboxB } from '../../test/stubServices.ts';

it('refuses a Host that is not ours (DNS rebinding), on every address', async () => {
  await using world = await ServerWorld.start();
  for (const host of [
    'evil.example',
    'evil.example:80',
    `evil.example:${world.port}`,
    'localhost.evil.example',
    'a@127.0.0.1',
  ])
    for (const path of ['/v1/health', '/v1/system', '/', '/docs', '/metrics']) {
      const { status, problem } = await world.ask(path, { headers: { host } });
      expect([host, path, status, problem.code]).toEqual([host, path, 403, 'badOrigin']);
    }
  for (const host of ['localhost', `localhost:${world.port}`, '[::1]:1', 'sandglass.example', 'SANDGLASS.example'])
    expect((await world.ask('/v1/health', { headers: { host } })).status).toBe(200);
  await expect(world.view({ headers: { host: 'evil.example' } })).rejects.toThrow('403');
});

it('refuses pages of another origin, also on another port of this host', async () => {
  await using world = await ServerWorld.start();
  const { cookie, csrf } = await world.signIn();
  const own = { cookie, 'x-sandglass-csrf': csrf };
  const body = '{}';
  for (const origin of ['https://evil.example', 'http://127.0.0.1:1', 'null', `http://localhost:${world.port}`]) {
    expect((await world.ask('/v1/sandboxes', { token: null, body, headers: { ...own, origin } })).problem.code).toBe(
      'badOrigin',
    );
    expect((await world.ask('/v1/system', { token: null, headers: { ...own, origin } })).problem.code).toBe(
      'badOrigin',
    );
    expect(
      (
        await world.ask('/v1/session', {
          token: null,
          headers: { origin },
          body: JSON.stringify({ secret: world.secret }),
        })
      ).problem.code,
    ).toBe('badOrigin');
    await expect(world.view({ token: null, headers: { ...own, origin } })).rejects.toThrow('403');
    await expect(world.view({ headers: { origin } })).rejects.toThrow('403');
  }
  for (const site of ['cross-site', 'same-site']) {
    const headers = { ...own, 'sec-fetch-site': site };
    expect((await world.ask('/v1/system', { token: null, headers })).problem.code).toBe('badOrigin');
  }
  await world.view({ token: null, headers: { cookie, origin: world.origin, 'sec-fetch-site': 'same-origin' } });
});

it('lets a cookie change something only from our own page with the csrf of its session', async () => {
  await using world = await ServerWorld.start();
  const { cookie, csrf } = await world.signIn();
  const ask = async (headers: Record<string, string>) =>
    (await world.ask('/v1/sandboxes', { token: null, body: '{}', headers: { cookie, ...headers } })).status;
  expect(await ask({ 'x-sandglass-csrf': csrf })).toBe(403);
  expect(await ask({ origin: world.origin })).toBe(403);
  expect(await ask({ origin: world.origin, 'x-sandglass-csrf': 'other' })).toBe(403);
  expect(await ask({ 'sec-fetch-site': 'none', 'x-sandglass-csrf': csrf })).toBe(403);
  expect(await ask({ origin: world.origin, 'x-sandglass-csrf': csrf })).toBe(201);
  expect(await ask({ 'sec-fetch-site': 'same-origin', 'x-sandglass-csrf': csrf })).toBe(201);
  await expect(world.view({ token: null, headers: { cookie } })).rejects.toThrow('403');
});

it('gives a cookie that scripts, other sites and other servers on this host cannot use', async () => {
  await using world = await ServerWorld.start();
  const answer = await world.ask('/v1/session', { token: null, body: JSON.stringify({ secret: world.secret }) });
  const cookie = answer.headers['set-cookie']?.[0] ?? '';
  expect(cookie).toMatch(new RegExp(`^sandglass_${world.port}=[a-z2-7]{32};`));
  for (const attribute of ['HttpOnly', 'SameSite=Strict', 'Path=/', 'Expires=']) expect(cookie).toContain(attribute);
  expect(answer.body.toString()).not.toContain(cookie.slice(cookie.indexOf('=') + 1, 40));
});

it('knows who asks: a program by its token, a person by the session', async () => {
  await using world = await ServerWorld.start();
  const { cookie, csrf } = await world.signIn();
  await world.ask('/v1/sandboxes', { body: '{}' });
  await world.ask('/v1/sandboxes', {
    token: null,
    body: '{}',
    headers: { cookie, 'x-sandglass-csrf': csrf, origin: world.origin },
  });
  expect(world.stub.calls.map((call) => [call.caller?.actor, call.caller?.door])).toEqual([
    ['agent', 'native'],
    ['person', 'console'],
  ]);
});

it('checks the role of every route', async () => {
  await using world = await ServerWorld.start();
  const viewer = await world.token({ role: 'viewer' });
  const operator = await world.token({ role: 'operator' });
  const status = async (token: string, path: string, body?: string) =>
    (await world.ask(path, { token, ...(body === undefined ? {} : { body }) })).status;
  expect(await status(viewer.secret, '/v1/sandboxes')).toBe(200);
  expect(await status(viewer.secret, '/v1/sandboxes', '{}')).toBe(403);
  expect(await status(operator.secret, '/v1/sandboxes', '{}')).toBe(201);
  expect(await status(operator.secret, '/v1/tokens')).toBe(403);
  expect(world.stub.calls.map((call) => call.name)).toEqual(['create']);
});

it('keeps a token of one sandbox to it', async () => {
  await using world = await ServerWorld.start();
  const { secret } = await world.token({ role: 'admin', scope: { kind: 'sandbox', sandbox: sandboxA } });
  const ask = async (path: string, method = 'GET', body?: string) =>
    await world.ask(path, { token: secret, method, ...(body === undefined ? {} : { body }) });
  expect((await ask(`/v1/sandboxes/${sandboxA}`)).status).toBe(200);
  // The same answer whether the other one exists or not.
  for (const other of [sandboxB, 'sbx_zzzz'])
    expect((await ask(`/v1/sandboxes/${other}`)).problem.code).toBe('forbidden');
  expect((await ask('/v1/sandboxes')).json).toMatchObject({ items: [{ id: sandboxA }] });
  expect((await ask('/v1/sandboxes', 'POST', '{}')).problem.code).toBe('forbidden');
  expect((await ask('/v1/tokens')).problem.code).toBe('forbidden');
  expect((await ask('/v1/tokens', 'POST', '{"name":"x","role":"admin"}')).problem.code).toBe('forbidden');
  expect((await ask('/metrics')).problem.code).toBe('forbidden');
});

it('ends a revoked token, its sessions and its streams at once', async () => {
  await using world = await ServerWorld.start();
  const token = await world.token({ role: 'operator' });
  const { cookie } = await world.signIn(token.secret);
  const viewer = await world.view({ token: token.secret });
  const person = await world.view({ token: null, headers: { cookie, origin: world.origin } });
  const other = await world.view();
  expect((await world.ask(`/v1/tokens/${token.id}`, { method: 'DELETE' })).status).toBe(204);
  expect((await viewer.whenClosed()).code).toBe(4401);
  expect((await person.whenClosed()).code).toBe(4401);
  expect((await world.ask('/v1/system', { token: token.secret })).status).toBe(401);
  expect((await world.ask('/v1/system', { token: null, headers: { cookie } })).status).toBe(401);
  await other.settle();
  expect((await world.ask(`/v1/tokens/${token.id}`, { method: 'DELETE' })).status).toBe(404);
});

it('ends the streams of a session that is closed, and forgets its cookie', async () => {
  await using world = await ServerWorld.start();
  const { cookie, csrf } = await world.signIn();
  const person = await world.view({ token: null, headers: { cookie, origin: world.origin } });
  const headers = { cookie, origin: world.origin, 'x-sandglass-csrf': csrf };
  const answer = await world.ask('/v1/session', { method: 'DELETE', token: null, headers });
  expect(answer.status).toBe(204);
  expect(answer.headers['set-cookie']?.[0]).toMatch(/Expires=Thu, 01 Jan 1970/);
  expect((await person.whenClosed()).code).toBe(4401);
  expect((await world.ask('/v1/session', { method: 'DELETE', token: null, headers })).status).toBe(204);
});

it('ends what an expired token opened', async () => {
  await using world = await ServerWorld.start();
  const { secret } = await world.token({ role: 'operator', ttlMs: 60_000 });
  const viewer = await world.view({ token: secret });
  world.pass(60_001);
  expect((await world.ask('/v1/system', { token: secret })).status).toBe(401);
  viewer.send({ type: 'ping', id: 1 });
  expect((await viewer.whenClosed()).code).toBe(4401);
});

it('slows down guessing without locking out who is already in', async () => {
  await using world = await ServerWorld.start();
  expect((await world.ask('/v1/system')).status).toBe(200);
  const fresh = await world.token({ role: 'viewer' });
  const guess = async (n: number) => (await world.ask('/v1/system', { token: `guess-${n}` })).status;
  for (let n = 0; n < 20; n++) expect(await guess(n)).toBe(401);
  const refused = await world.ask('/v1/system', { token: 'guess' });
  expect([refused.status, refused.problem.code]).toEqual([429, 'rateLimited']);
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect((await world.ask('/v1/system', { token: fresh.secret })).status).toBe(429);
  expect((await world.ask('/v1/system')).status).toBe(200);
  world.pass(60_001);
  expect((await world.ask('/v1/system', { token: fresh.secret })).status).toBe(200);
});

it('makes tokens whose secret is shown once', async () => {
  await using world = await ServerWorld.start();
  const made = await world.ask('/v1/tokens', { body: '{"name":"ci","role":"operator","ttlMs":5000}' });
  expect(made.status).toBe(201);
  const { secret, id } = made.json as { secret: string; id: string };
  expect(secret).toMatch(/^sgt_[a-z2-7]{10}_[a-z2-7]{32}$/);
  const listed = await world.ask('/v1/tokens');
  expect(listed.body.toString()).not.toContain(secret.split('_')[2]);
  expect((listed.json as { items: { id: string }[] }).items.map((one) => one.id).sort()).toEqual(
    [id, 'tok_start'].sort(),
  );
});
