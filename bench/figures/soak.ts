/** 1,000 sandboxes one after another: descriptors, mounts and memory at the end against the hundredth. */
import { type Figure, round } from '../figure.ts';
import { mountCount, startServer } from '../server.ts';

const COUNT = Number(process.env['SANDGLASS_BENCH_SOAK'] ?? 1000);
const SETTLED = Math.min(100, Math.floor(COUNT / 2));

export async function* run(): AsyncIterable<Figure> {
  await using server = await startServer({ SANDGLASS_WARM: '0' });
  const look = async () => ({ ...(await server.usage()), mounts: await mountCount() });
  let settled = await look();
  for (let i = 1; i <= COUNT; i++) {
    const sandbox = await server.client.sandboxes.create({ image: 'base' });
    await sandbox.run(['/bin/true']);
    await sandbox.kill();
    if (i === SETTLED) settled = await look();
  }
  const end = await look();
  const against = `after ${SETTLED}`;
  yield { name: 'soak.descriptors', value: end.files, unit: 'open', against, ratio: round(end.files / settled.files) };
  yield { name: 'soak.mounts', value: end.mounts, unit: 'mounts', against, ratio: round(end.mounts / settled.mounts) };
  yield {
    name: 'soak.memory',
    value: round(end.memoryBytes / 1_048_576),
    unit: 'MB',
    against,
    ratio: round(end.memoryBytes / settled.memoryBytes),
  };
}
