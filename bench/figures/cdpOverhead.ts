/**
 * What the CDP door adds to a command: through the proxy, beside a connection to the same Chromium from inside its own network
 * namespace, in blocks that take turns. `command` passes; `act` is one that is recorded and asks the gate.
 */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Figure, quantile, round } from '../figure.ts';
import { startServer } from '../server.ts';

const BLOCKS = 4;
const COUNT = 500;
const START_MS = 30_000;

type Kind = 'command' | 'act';
const client = fileURLToPath(new URL('../cdpClient.mjs', import.meta.url));
const execute = promisify(execFile);

export async function* run(): AsyncIterable<Figure> {
  await using server = await startServer({ SANDGLASS_WARM: '0' });
  const sandbox = await server.client.sandboxes.create({ image: 'browser', headless: true });
  const mark = `--sandglass-bench=${randomUUID()}`;
  const chromium = ['chromium', '--headless=new', mark, 'about:blank'];
  await sandbox.start(chromium);
  const pid = await pidOf(mark);
  const proxied = (server.doors['cdp']?.['urlTemplate'] ?? '').replace('{sandbox}', sandbox.id);
  const measure = async (how: 'direct' | 'proxied', kind: Kind): Promise<number[]> => {
    const node = [client, how === 'direct' ? 'http://127.0.0.1:9222' : proxied, kind, String(COUNT)];
    const command =
      how === 'direct' ? ['nsenter', '-t', String(pid), '-n', process.execPath, ...node] : [process.execPath, ...node];
    const { stdout } = await execute(command[0] as string, command.slice(1), { maxBuffer: 10_000_000 });
    return JSON.parse(stdout);
  };
  for (const kind of ['command', 'act'] as const) {
    const samples = { direct: [] as number[], proxied: [] as number[] };
    for (let block = 0; block < BLOCKS; block++)
      for (const how of block % 2 === 0 ? (['direct', 'proxied'] as const) : (['proxied', 'direct'] as const))
        samples[how].push(...(await measure(how, kind)));
    const against = 'the same, straight to the browser';
    for (const at of [0.5, 0.95]) {
      const [ours, theirs] = [quantile(samples.proxied, at), quantile(samples.direct, at)];
      const name = `cdp-overhead.${kind}.added.p${at * 100}`;
      const aim = at === 0.5 ? { aim: '≤ 0.3 ms' } : {};
      yield { name, value: round(ours - theirs, 3), unit: 'ms', against, ratio: round(ours / theirs), ...aim };
    }
  }
  await sandbox.kill();
}

/** Of the process on this machine, once it listens. */
async function pidOf(mark: string): Promise<number> {
  const untilMs = performance.now() + START_MS;
  while (performance.now() < untilMs) {
    for (const name of await readdir('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      const words = (await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')).split('\0');
      if (!words.includes(mark) || words.some((word) => word.startsWith('--type='))) continue;
      const listening = execute('nsenter', ['-t', name, '-n', 'curl', '-sf', 'http://127.0.0.1:9222/json/version']);
      if (await listening.catch(() => null)) return Number(name);
    }
    await pause(200);
  }
  throw new Error('The browser did not start in time.');
}
