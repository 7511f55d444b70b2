import { expect, it } from 'vitest';
import { Sandglass } from '../src/node.ts';
import { problem, sandbox } from './fixtures.ts';
import { reply, startScriptedServer } from './scriptedServer.ts';

const run = { id: 'run_aaaaaaaa', sandbox: sandbox.id, outcome: 'running' };

async function world() {
  const said: { request: string; body: unknown }[] = [];
  const server = await startScriptedServer();
  server.handle = (request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += chunk));
    request.on('end', () => {
      said.push({ request: `${request.method} ${request.url?.split('/runs')[1]}`, body: JSON.parse(text || 'null') });
      if (request.url?.endsWith('/say')) response.writeHead(204).end();
      else reply(response, 200, { ...run, ...(request.url?.endsWith('/end') ? JSON.parse(text) : {}) });
    });
  };
  const sandglass = new Sandglass({ url: server.url, token: 'secret' });
  return { server, said, box: sandglass.handle(sandbox), sandglass };
}

it('begins a run, says what the work says, and ends it as the work went', async () => {
  const { server, said, box, sandglass } = await world();
  await using _ = server;
  const result = await box.run({ goal: 'Fix it', agent: 'claude' }, async (started) => {
    await started.say('I look first', { sort: 'plan' });
    await started.cost({ usd: 0.1 });
    return 42;
  });
  expect(result).toBe(42);
  expect(said).toEqual([
    { request: 'POST ', body: { goal: 'Fix it', agent: 'claude' } },
    { request: 'POST /run_aaaaaaaa/say', body: { text: 'I look first', sort: 'plan' } },
    { request: 'PATCH /run_aaaaaaaa', body: { cost: { usd: 0.1 } } },
    { request: 'POST /run_aaaaaaaa/end', body: { outcome: 'succeeded' } },
  ]);
  sandglass.close();
});

it('ends it failed with what was thrown, and throws that, though the ending fails, too', async () => {
  const { server, said, box, sandglass } = await world();
  await using _ = server;
  const broken = box.run({ goal: 'Fix it' }, async () => {
    throw new Error('no such page');
  });
  await expect(broken).rejects.toThrow('no such page');
  expect(said.at(-1)).toEqual({
    request: 'POST /run_aaaaaaaa/end',
    body: { outcome: 'failed', reason: 'no such page' },
  });
  const before = server.handle;
  server.handle = (request, response) =>
    request.url?.endsWith('/end') ? reply(response, 404, problem('notFound', 404, 'gone')) : before(request, response);
  await expect(box.run({ goal: 'x' }, () => Promise.reject(new Error('first')))).rejects.toThrow('first');
  sandglass.close();
});

it('has a budget; when that is spent its calls fail with a code, and the run ends with why', async () => {
  const { server, said, box, sandglass } = await world();
  await using _ = server;
  const before = server.handle;
  const why = 'The budget of this run is spent: 10 of 10 tokens.';
  server.handle = (request, response) =>
    request.url?.endsWith('/execs')
      ? reply(response, 402, problem('budgetSpent', 402, why))
      : before(request, response);
  let asked = 0;
  const spent = box.run({ goal: 'Fix it', budget: { tokens: 10, minutes: 2 } }, async () => {
    asked++;
    await box.run('npm test');
  });
  await expect(spent).rejects.toMatchObject({ code: 'budgetSpent', message: why });
  expect(asked).toBe(1);
  expect(said[0]).toEqual({ request: 'POST ', body: { goal: 'Fix it', budget: { tokens: 10, minutes: 2 } } });
  expect(said.at(-1)).toEqual({ request: 'POST /run_aaaaaaaa/end', body: { outcome: 'failed', reason: why } });
  sandglass.close();
});

it('is not ended twice: what the work said of its end counts', async () => {
  const { server, said, box, sandglass } = await world();
  await using _ = server;
  await box.run({ goal: 'Fix it' }, async (started) => {
    await started.end('failed', { reason: 'the task is impossible', cost: { tokens: 12 } });
  });
  expect(said.filter(({ request }) => request.endsWith('/end'))).toEqual([
    {
      request: 'POST /run_aaaaaaaa/end',
      body: { outcome: 'failed', reason: 'the task is impossible', cost: { tokens: 12 } },
    },
  ]);
  sandglass.close();
});
