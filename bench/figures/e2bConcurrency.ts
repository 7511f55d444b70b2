/** Many sandboxes at once through the vendor's own SDK: created, used and killed without an error, and again by the same process. */
import { Sandbox } from 'e2b';
import { type Figure, quantile, round, timed } from '../figure.ts';
import { startServer } from '../server.ts';

const COUNTS = (process.env.SANDGLASS_BENCH_SANDBOXES ?? '64,250').split(',').map(Number);
const ROUNDS = 2;
/** On two processors the last of 250 has waited for all before it; the SDK's own patience is a minute. */
const PATIENCE_MS = 600_000;

export interface Burst {
  readonly errors: readonly unknown[];
  readonly createMs: readonly number[];
}

/** `count` at once: create, run, make a directory, look at it, kill. Nothing is tried a second time. */
export async function burst(options: Parameters<typeof Sandbox.create>[1], count: number): Promise<Burst> {
  const errors: unknown[] = [];
  const createMs: number[] = [];
  const one = async (index: number): Promise<void> => {
    try {
      const { ms, value: sandbox } = await timed(() => Sandbox.create('base', options));
      createMs.push(ms);
      const { stdout } = await sandbox.commands.run(`echo ${index}`);
      if (stdout !== `${index}\n`) throw new Error(`unexpected output ${JSON.stringify(stdout)}`);
      if (!(await sandbox.files.makeDir('made'))) throw new Error('the directory was there already');
      const { type } = await sandbox.files.getInfo('made');
      if (type !== 'dir') throw new Error(`made is a ${type}`);
      if (!(await sandbox.kill())) throw new Error('it was not there to be killed');
    } catch (error) {
      errors.push(error);
    }
  };
  await Promise.all(Array.from({ length: count }, (_, index) => one(index)));
  return { errors, createMs };
}

export async function* run(): AsyncIterable<Figure> {
  await using server = await startServer();
  const {
    E2B_API_URL: apiUrl = '',
    E2B_SANDBOX_URL: sandboxUrl = '',
    E2B_API_KEY: apiKey = '',
  } = server.doors['e2b'] ?? {};
  const options = { apiUrl, sandboxUrl, apiKey, requestTimeoutMs: PATIENCE_MS, retries: 0 };
  for (const count of COUNTS)
    for (let time = 1; time <= ROUNDS; time++) {
      const { ms, value } = await timed(() => burst(options, count));
      for (const error of value.errors.slice(0, 5)) process.stderr.write(`${error}\n`);
      const name = `e2b-concurrency.${count}.round-${time}`;
      yield { name: `${name}.errors`, value: value.errors.length, unit: `of ${count}`, aim: '0' };
      yield { name: `${name}.time`, value: round(ms / 1_000), unit: 's' };
      yield { name: `${name}.create-p50`, value: round(quantile(value.createMs, 0.5) / 1_000), unit: 's' };
    }
}
