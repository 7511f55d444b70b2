/** How long a running desktop stands still for a file checkpoint, as the server measured it. */
import { type Figure, median, round } from '../figure.ts';
import { startServer } from '../server.ts';

export async function* run(): AsyncIterable<Figure> {
  await using server = await startServer({ SANDGLASS_WARM: '0' });
  const sandbox = await server.client.sandboxes.create({ image: 'desktop' });
  await sandbox.run('for i in $(seq 200); do head -c 20000 /dev/urandom > ~/file$i; done');
  const stopped: number[] = [];
  for (let i = 0; i < 10; i++) {
    await sandbox.run(`echo ${i} >> ~/work; head -c 1000000 /dev/urandom > ~/blob${i}`);
    stopped.push((await sandbox.checkpoint({ memory: false })).stoppedMs);
  }
  yield { name: 'checkpoint.stopped.p50', value: round(median(stopped)), unit: 'ms', aim: '≤ 50 ms' };
  yield { name: 'checkpoint.stopped.max', value: round(Math.max(...stopped)), unit: 'ms' };
}
