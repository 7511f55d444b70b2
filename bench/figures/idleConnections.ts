/**
 * Ten thousand connections that say nothing: half of them programs that asked once and stay, half open WebSockets. The server still
 * answers as it did before, and everything is let go when they leave.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { type Figure, quantile, round, sample } from '../figure.ts';
import { startServer } from '../server.ts';

const COUNT = Number(process.env.SANDGLASS_BENCH_CONNECTIONS ?? 10_000);
/** Opened at once; more would measure the queue of the kernel's. */
const TOGETHER = 200;
const ASKED = 200;

export async function* run(): AsyncIterable<Figure> {
  await using server = await startServer({ SANDGLASS_WARM: 'base=0,desktop=0,browser=0' });
  const key = server.doors['e2b']?.['E2B_API_KEY'] ?? '';
  const ask = async (path: string, headers: Record<string, string>): Promise<void> => {
    const reply = await fetch(`${server.url}${path}`, { headers });
    if (!reply.ok) throw new Error(`${path}: ${reply.status}`);
    await reply.arrayBuffer();
  };
  const own = () => sample(ASKED, () => ask('/v1/sandboxes', { authorization: `Bearer ${server.token}` }));
  const vendors = () => sample(ASKED, () => ask('/v2/sandboxes', { 'x-api-key': key }));
  await own();
  const before = { own: await own(), vendors: await vendors(), ...(await server.usage()) };

  const opened: { close(): void }[] = [];
  let failed = 0;
  for (let at = 0; at < COUNT; at += TOGETHER) {
    const batch = Array.from({ length: Math.min(TOGETHER, COUNT - at) }, (_, index) =>
      (index % 2 === 0 ? stay(server.url, key) : listen(server.url, server.token)).then(
        (one) => void opened.push(one),
        () => void failed++,
      ),
    );
    await Promise.all(batch);
  }
  const during = { own: await own(), vendors: await vendors(), ...(await server.usage()) };
  for (const one of opened) one.close();
  const letGo = await settles(async () => (await server.usage()).files <= before.files + 20);
  const after = { own: await own(), ...(await server.usage()) };

  yield { name: 'idle-connections.failed', value: failed, unit: `of ${COUNT}`, aim: '0' };
  for (const which of ['own', 'vendors'] as const) {
    const against = quantile(before[which], 0.5);
    const value = quantile(during[which], 0.5);
    const ratio = round(value / against);
    const door = which === 'own' ? 'list' : 'e2b-list';
    yield { name: `idle-connections.${door}-p50`, value: round(value), unit: 'ms', ratio, against: 'without them' };
    yield { name: `idle-connections.${door}-p99`, value: round(quantile(during[which], 0.99)), unit: 'ms' };
  }
  const each = (during.memoryBytes - before.memoryBytes) / opened.length / 1_024;
  yield { name: 'idle-connections.memory-each', value: round(each, 1), unit: 'KB' };
  yield { name: 'idle-connections.files-kept', value: letGo ? 0 : after.files - before.files, unit: '', aim: '0' };
  yield { name: 'idle-connections.list-p50-after', value: round(quantile(after.own, 0.5)), unit: 'ms' };
}

/** Asks once by HTTP/1.1, and keeps the connection. */
async function stay(url: string, key: string): Promise<{ close(): void }> {
  const { hostname, port, host } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  await once(socket, 'connect');
  socket.on('error', () => {});
  socket.write(`GET /v2/sandboxes HTTP/1.1\r\nhost: ${host}\r\nx-api-key: ${key}\r\n\r\n`);
  const [first] = (await once(socket, 'data')) as [Buffer];
  if (!first.toString('latin1').startsWith('HTTP/1.1 200')) throw new Error(first.toString('latin1').slice(0, 40));
  return { close: () => socket.destroy() };
}

async function listen(url: string, token: string): Promise<{ close(): void }> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/stream`, {
    headers: { authorization: `Bearer ${token}` },
  });
  socket.on('error', () => {});
  await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('close', reject));
  return { close: () => socket.terminate() };
}

async function settles(isSettled: () => Promise<boolean>): Promise<boolean> {
  for (let time = 0; time < 50; time++) {
    if (await isSettled()) return true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return false;
}
