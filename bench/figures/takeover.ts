/**
 * From taking control to the first input being accepted (a file that is written as its holder), beside the same without control; and
 * how far from its stated time a holder loses control of whom nothing more is heard.
 */
import type { Sandglass } from '@sandglass/client/node';
import { type Figure, median, quantile, round } from '../figure.ts';
import { startServer } from '../server.ts';

const COUNT = 60;

export async function* run(): AsyncIterable<Figure> {
  await using server = await startServer({ SANDGLASS_WARM: '0' });
  const sandbox = await server.client.sandboxes.create({ image: 'base' });
  const touch = (n: number) => sandbox.files.makeDirectory(`/home/user/taken/${n}`);
  const plain: number[] = [];
  const taken: number[] = [];
  for (let n = 0; n < COUNT; n++) {
    const before = performance.now();
    await touch(n);
    plain.push(performance.now() - before);
    const from = performance.now();
    await sandbox.gate.control.take();
    await touch(1_000 + n);
    taken.push(performance.now() - from);
    await sandbox.gate.control.release();
  }
  const late = await Promise.all(Array.from({ length: 4 }, () => vanished(server.client)));
  await sandbox.kill();
  const aim = '≤ 50 ms';
  const against = 'the same input when nobody has control';
  const ratio = round(median(taken) / median(plain));
  yield { name: 'takeover.p50', value: round(median(taken)), unit: 'ms', against, ratio, aim };
  yield { name: 'takeover.p95', value: round(quantile(taken, 0.95)), unit: 'ms', aim };
  const off = Math.max(...late.map(Math.abs));
  yield { name: 'takeover.vanished', value: round(off), unit: 'ms from the stated time', aim: '≤ 1000 ms' };
}

/** Its holder says nothing more: how long after the stated time it is seen to have lost control. */
async function vanished(client: Sandglass): Promise<number> {
  const sandbox = await client.sandboxes.create({ image: 'base' });
  const { expiresAtMs } = await sandbox.gate.control.take();
  for await (const { control } of sandbox.gate.watch()) if (control.holder.kind === 'nobody') break;
  const lateMs = Date.now() - (expiresAtMs ?? 0);
  await sandbox.kill();
  return lateMs;
}
