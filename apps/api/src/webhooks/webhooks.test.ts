import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type SandboxId, TokenId, type WebhookDelivery, WebhookMessage } from '@sandglass/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { agent, TestWorld } from '../sandboxes/testWorld.ts';
import type { Caller } from '../services.ts';
import { WAITS_MS } from './deliveries.ts';
import { type Letter, post } from './post.ts';

const ana: Caller = { actor: 'person', token: TokenId.parse('tok_person'), door: 'console', name: 'Ana' };
const url = 'https://chat.test/hook';

let world: TestWorld;
let id: SandboxId;
const sent: Letter[] = [];
let answers: (number | Error)[] = [];
beforeEach(async () => {
  sent.length = 0;
  answers = [];
  world = await TestWorld.open();
  id = (await world.create({ name: 'shop' })).id;
  world.post = async (letter) => {
    sent.push(letter);
    const answer = answers.shift() ?? 204;
    if (answer instanceof Error) throw answer;
    return answer;
  };
});
afterEach(async () => await world[Symbol.asyncDispose]());

const webhooks = () => world.services.webhooks;
const gate = () => world.services.gate;
const ask = () => gate().ask(agent, id, { question: 'Which account?', choices: ['work', 'private'] });
const body = (letter: Letter | undefined) => WebhookMessage.parse(JSON.parse(letter!.body));
const turn = () => new Promise((resolve) => setImmediate(resolve));
const last = (): WebhookDelivery | null => webhooks().list()[0]!.last;

describe('what needs a person', () => {
  test('is told once: a call that a rule holds, and a question', async () => {
    const { secret } = await webhooks().create({ url });
    await world.services.rules.create(ana, { kind: 'sandbox', sandbox: id }, { text: 'before exec → ask' });
    const running = world.services.execs.start(agent, id, { command: 'rm -rf ~' });
    const asking = ask();
    await turn();
    expect(sent).toHaveLength(2);
    const [held, question] = sent.map(body);
    expect(held).toMatchObject({
      kind: 'held',
      sandbox: { id, name: 'shop' },
      path: `/s/${id}`,
      title: 'shop: exec rm -rf ~',
      expiresAtMs: expect.any(Number),
      held: { name: 'exec', summary: 'rm -rf ~', when: 'before', reason: expect.stringContaining('asked to allow') },
      question: null,
    });
    expect(question).toMatchObject({
      kind: 'question',
      title: 'shop asks: Which account?',
      question: { text: 'Which account?', choices: ['work', 'private'], takeOver: false },
    });
    const [, seconds, hex] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(sent[0]!.headers['x-sandglass-signature']!)!;
    expect(hex).toBe(createHmac('sha256', secret).update(`${seconds}.${sent[0]!.body}`).digest('hex'));
    expect(last()).toMatchObject({ state: 'delivered', attempts: 1, status: 204, error: null, kind: 'question' });
    gate().answer(ana, id, question!.call!, { choice: 'work' });
    await asking;
    await gate().decide(ana, id, held!.call!, { kind: 'approve' });
    await running;
    expect(sent).toHaveLength(2);
  });

  test('is not what a pause or a person holds, and not what nobody asked to be told', async () => {
    await webhooks().create({ url, kinds: ['held'] });
    const other = await webhooks().create({ url: 'http://other.test/' });
    await webhooks().update(other.id, { enabled: false });
    await gate().pause(ana, id, { freeze: false });
    const running = world.services.execs.start(agent, id, { command: 'true' });
    void ask().catch(() => {});
    await turn();
    expect(sent).toEqual([]);
    await gate().continue(ana, id);
    await running;
  });

  test('has no secret in it', async () => {
    world.services.sandboxes.log(id).redactor.add('hunter2-secret');
    await webhooks().create({ url });
    void gate()
      .ask(agent, id, { question: 'Is hunter2-secret right?' })
      .catch(() => {});
    await turn();
    expect(sent[0]!.body).not.toContain('hunter2');
    expect(body(sent[0]).question?.text).toBe('Is ••• right?');
  });
});

describe('an address that does not answer', () => {
  test('is tried again after a while, with the same message, and never holds up the gate', async () => {
    await webhooks().create({ url });
    answers = [new Error('ECONNREFUSED'), 503, 204];
    const asking = ask();
    await turn();
    expect(last()).toMatchObject({ state: 'waiting', attempts: 1, status: null, error: 'ECONNREFUSED' });
    expect(gate().get(id).questions).toHaveLength(1);
    world.clock.advance(WAITS_MS[0]);
    await turn();
    expect(last()).toMatchObject({ state: 'waiting', attempts: 2, status: 503, error: 'it answered 503' });
    world.clock.advance(WAITS_MS[1]);
    await turn();
    expect(last()).toMatchObject({ state: 'delivered', attempts: 3 });
    expect(new Set(sent.map((letter) => body(letter).id)).size).toBe(1);
    gate().answer(ana, id, body(sent[0]).call!, { choice: 'work' });
    await asking;
  });

  test('is given up after five attempts', async () => {
    await webhooks().create({ url });
    answers = Array.from({ length: 9 }, () => 500);
    void ask().catch(() => {});
    await turn();
    for (const waitMs of WAITS_MS) {
      world.clock.advance(waitMs);
      await turn();
    }
    expect(last()).toMatchObject({ state: 'failed', attempts: 5, nextAtMs: null });
    world.clock.advance(3_600_000);
    await turn();
    expect(sent).toHaveLength(5);
  });

  test('is not told any more of what was decided meanwhile, nor when it is removed', async () => {
    const { id: hook } = await webhooks().create({ url });
    answers = [500, 500];
    const asking = ask();
    await turn();
    gate().answer(ana, id, body(sent[0]).call!, { choice: 'work' });
    await asking;
    world.clock.advance(WAITS_MS[0]);
    await turn();
    expect(last()).toMatchObject({ state: 'calledOff', attempts: 1 });
    void ask().catch(() => {});
    await turn();
    await webhooks().remove(hook);
    world.clock.advance(3_600_000);
    await turn();
    expect(sent).toHaveLength(2);
  });

  test('that refuses or leads elsewhere is not tried again', async () => {
    const { id: hook } = await webhooks().create({ url });
    for (const [status, error] of [
      [404, 'it answered 404'],
      [302, expect.stringContaining('redirects are not followed')],
    ] as const) {
      answers = [status];
      expect(await webhooks().test(hook)).toMatchObject({ state: 'failed', attempts: 1, status, error, kind: 'test' });
    }
    expect(
      webhooks()
        .deliveries(hook)
        .map(({ status }) => status),
    ).toEqual([302, 404]);
  });

  test('has no more than so many messages waiting, four on their way at once, and fifty remembered', async () => {
    const { id: hook } = await webhooks().create({ url });
    let under = 0;
    let most = 0;
    let release = () => {};
    const gated = new Promise<void>((resolve) => (release = resolve));
    world.post = async () => {
      most = Math.max(most, ++under);
      await gated;
      under--;
      return 204;
    };
    const all = Array.from({ length: 210 }, () => webhooks().test(hook));
    await turn();
    release();
    const ended = await Promise.all(all);
    expect(most).toBe(4);
    expect(ended.filter(({ state }) => state === 'failed')).toHaveLength(10);
    await webhooks().test(hook);
    expect(webhooks().deliveries(hook)).toHaveLength(50);
  });
});

test('webhooks outlive the server; their secrets are told once', async () => {
  const { id: hook, secret } = await webhooks().create({ url, secret: 'a-secret-of-mine' });
  expect(secret).toBe('a-secret-of-mine');
  await world.restart();
  expect(JSON.stringify(webhooks().list())).not.toContain(secret);
  expect(webhooks().list()).toMatchObject([{ id: hook, url, kinds: ['held', 'question'], enabled: true, last: null }]);
  await webhooks().test(hook);
  expect(sent[0]!.headers['x-sandglass-signature']).toContain('v1=');
});

test('over the network: posts JSON, follows no redirect, says why nobody answered', async () => {
  const got: string[] = [];
  const server = createServer((request, response) => {
    got.push(`${request.method} ${request.url} ${request.headers['content-type']}`);
    request.on('data', (data) => got.push(String(data)));
    request.on('end', () => response.writeHead(302, { location: '/elsewhere' }).end('long answer'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  const { signal } = new AbortController();
  expect(await post({ url: at, body: '{"v":1}', headers: {}, signal })).toBe(302);
  expect(got).toEqual(['POST /hook application/json', '{"v":1}']);
  await new Promise((resolve) => server.close(resolve));
  world.post = post;
  const { id: hook } = await webhooks().create({ url: at });
  expect(await webhooks().test(hook)).toMatchObject({ state: 'failed', status: null, error: 'ECONNREFUSED' });
});
