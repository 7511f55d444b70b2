/** Exec round trip through API and log, against the same command started by the guest's own means (a plain spawn in the sandbox). */
import { type Figure, median, round, sample } from '../figure.ts';
import { startServer } from '../server.ts';

const COUNT = 100;
/** Spawns /bin/true and waits for its end, as the guest does, and prints the median milliseconds: what no API can beat. */
const SPAWN_ITSELF = `
const { spawn } = require('node:child_process');
const once = () => new Promise((resolve) => { const from = performance.now(); spawn('/bin/true', [], { detached: true, uid: 1000, gid: 1000 }).on('close', () => resolve(performance.now() - from)); });
(async () => { const all = []; for (let i = 0; i < ${COUNT}; i++) all.push(await once()); all.sort((a, b) => a - b); console.log(all[${COUNT / 2}]); })();
`;

export async function* run(): AsyncIterable<Figure> {
  await using server = await startServer();
  const sandbox = await server.client.sandboxes.create({ image: 'base' });
  await sandbox.run(['/bin/true']);
  const own = await sandbox.run(['/opt/sandglass/node', '-e', SPAWN_ITSELF], { user: 'root' });
  const guestMs = Number(own.stdout);
  const throughApi = median(await sample(COUNT, () => sandbox.run(['/bin/true'])));
  const against = "the guest's own spawn of the same command";
  yield { name: 'exec.p50', value: round(throughApi), unit: 'ms', against, ratio: round(throughApi / guestMs) };
  yield { name: 'exec.above', value: round(throughApi - guestMs), unit: 'ms', against, aim: '≤ 3 ms' };
}
