/**
 * What the model door adds to the first byte of a streamed reply: the same request to a local upstream that speaks the Messages API,
 * directly and through the door, in turn. Its time is that of a working agent: a conversation that grows by two messages each time.
 */
import { Agent, request } from 'node:http';
import { Worker } from 'node:worker_threads';
import { type Figure, quantile, round } from '../figure.ts';
import { startServer } from '../server.ts';

const REQUESTS = 300;
const UNCOUNTED = 30;
/** As an agent's, with a file or a log in each. */
const MESSAGE = 'x'.repeat(1_200);

/** On a thread of its own, so that it does not wait for who measures. */
const UPSTREAM = `
const { parentPort } = require('node:worker_threads');
const event = (value) => 'event: ' + value.type + '\\ndata: ' + JSON.stringify(value) + '\\n\\n';
const server = require('node:http').createServer((asked, reply) => {
  asked.resume();
  asked.on('end', () => {
    reply.writeHead(200, { 'content-type': 'text/event-stream' });
    reply.write(event({ type: 'message_start', message: { model: 'bench', usage: { input_tokens: 9 } } }));
    for (let part = 0; part < 20; part++)
      reply.write(event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'word ' } }));
    reply.end(event({ type: 'message_delta', usage: { output_tokens: 20 } }) + event({ type: 'message_stop' }));
  });
});
server.keepAliveTimeout = 60000;
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

export async function* run(): AsyncIterable<Figure> {
  const upstream = new Worker(UPSTREAM, { eval: true });
  const port = await new Promise<number>((resolve) => upstream.once('message', resolve));
  const raw = `http://127.0.0.1:${port}`;
  const agent = new Agent({ keepAlive: true });
  try {
    await using server = await startServer({
      SANDGLASS_WARM: '0',
      SANDGLASS_ANTHROPIC_URL: raw,
      SANDGLASS_ANTHROPIC_API_KEY: 'bench-key',
    });
    const { id } = await server.client.request('createSandbox', { body: { image: 'base' } });
    const door = `${server.url}/model/${id}/anthropic`;
    const times = { raw: [] as number[], door: [] as number[] };
    const messages: { role: string; content: string }[] = [];
    for (let n = 0; n < REQUESTS + UNCOUNTED; n++) {
      // A new conversation now and then, so that its length is usual.
      if (messages.length > 60) messages.length = 0;
      messages.push({ role: 'user', content: `${n} ${MESSAGE}` }, { role: 'assistant', content: `${n} ${MESSAGE}` });
      const body = JSON.stringify({ model: 'bench', stream: true, messages });
      for (const [name, base] of n % 2 === 0
        ? ([
            ['raw', raw],
            ['door', door],
          ] as const)
        : ([
            ['door', door],
            ['raw', raw],
          ] as const)) {
        const ms = await firstByteMs(`${base}/v1/messages`, { agent, token: server.token, body });
        if (n >= UNCOUNTED) times[name].push(ms);
      }
    }
    const against = 'the upstream without the door';
    for (const [name, part] of [
      ['p50', 0.5],
      ['p95', 0.95],
    ] as const) {
      const [theirs, ours] = [quantile(times.raw, part), quantile(times.door, part)];
      yield { name: `model.firstByte.${name}`, value: round(ours), unit: 'ms', against, ratio: round(ours / theirs) };
      yield {
        name: `model.added.${name}`,
        value: round(ours - theirs),
        unit: 'ms',
        against,
        ...(name === 'p50' ? { aim: '≤ 2 ms' } : {}),
      };
    }
  } finally {
    agent.destroy();
    await upstream.terminate();
  }
}

/** Resolves when the whole reply has come, with when its first byte did. */
async function firstByteMs(
  url: string,
  { agent, token, body }: { agent: Agent; token: string; body: string },
): Promise<number> {
  return await new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'x-api-key': token,
      'content-length': Buffer.byteLength(body),
    };
    const from = performance.now();
    const asked = request(url, { method: 'POST', agent, headers }, (reply) => {
      let ms: number | undefined;
      reply.on('data', () => {
        ms ??= performance.now() - from;
      });
      reply.on('end', () =>
        reply.statusCode === 200 && ms !== undefined
          ? resolve(ms)
          : reject(new Error(`It answered ${reply.statusCode}.`)),
      );
      reply.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
