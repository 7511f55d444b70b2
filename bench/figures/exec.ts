/** Exec round trip through API and log, against the same command started by the guest's own means (a plain spawn in the sandbox), by turns. */
import { type Figure, median, round, sample } from '../figure.ts';
import { startServer } from '../server.ts';

const TURNS = 6;
const COUNT = 50;
/** Both sides are measured as they run, not as they are compiled; a server, its guest and its client take a thousand calls to be. */
const UNCOUNTED = 50;
const UNCOUNTED_OURS = 1_000;
/** Spawns /bin/true and waits for its end, as the guest does, and prints the median milliseconds: what no API can beat. */
const SPAWN_ITSELF = `
const { spawn } = require('node:child_process');
const once = () => new Promise((resolve) => { const from = performance.now(); spawn('/bin/true', [], { detached: true, uid: 1000, gid: 1000 }).on('close', () => resolve(performance.now() - from)); });
(async () => { const all = []; for (let i = 0; i < ${UNCOUNTED + COUNT}; i++) all.push(await once()); console.log(JSON.stringify(all.slice(${UNCOUNTED}))); })();
`;

export async function* run(): AsyncIterable<Figure> {
  await using server = await startServer({ SANDGLASS_WARM: '0' });
  const sandbox = await server.client.sandboxes.create({ image: 'base' });
  const throughApi = () => sandbox.run(['/bin/true']);
  const first = median(await sample(UNCOUNTED, throughApi));
  await sample(UNCOUNTED_OURS, throughApi);
  const own: number[] = [];
  const ours: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const { stdout } = await sandbox.run(['/opt/sandglass/node', '-e', SPAWN_ITSELF], { user: 'root' });
    own.push(...(JSON.parse(stdout ?? '[]') as number[]));
    ours.push(...(await sample(COUNT, throughApi)));
  }
  const guestMs = median(own);
  const ms = median(ours);
  const against = "the guest's own spawn of the same command";
  yield { name: 'exec.p50', value: round(ms), unit: 'ms', against, ratio: round(ms / guestMs) };
  yield { name: 'exec.first', value: round(first), unit: 'ms', against, ratio: round(first / guestMs) };
  yield { name: 'exec.above', value: round(ms - guestMs), unit: 'ms', against, aim: '≤ 3 ms' };
}
