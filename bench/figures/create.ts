/** Create → first command answered, through the API: cold and from the warm pool, against raw runc and against podman or docker. */
import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { type Figure, median, round, sample } from '../figure.ts';
import { RawRunc } from '../rawRunc.ts';
import { startServer } from '../server.ts';

const COUNT = 20;
const run_ = promisify(execFile);

export async function* run(): AsyncIterable<Figure> {
  const cold = await throughApi({ SANDGLASS_WARM: '0' }, 0);
  // Between two creates the pool has time to fill again, as it has between two people's clicks.
  const warm = await throughApi({}, 1_000);
  const raw = await rawRunc(cold.pool);
  yield { name: 'create.raw', value: round(raw), unit: 'ms' };
  yield {
    name: 'create.cold.p50',
    value: round(cold.ms),
    unit: 'ms',
    against: 'raw runc run + guest',
    ratio: round(cold.ms / raw),
    aim: '≤ 2×',
  };
  yield {
    name: 'create.warm.p50',
    value: round(warm.ms),
    unit: 'ms',
    against: 'raw runc run + guest',
    ratio: round(warm.ms / raw),
    aim: '≤ 0.5×',
  };
  const peer = await containerEngine(cold.pool);
  if (peer)
    yield {
      name: 'create.cold.p50',
      value: round(cold.ms),
      unit: 'ms',
      against: `${peer.name} run`,
      ratio: round(cold.ms / peer.ms),
      aim: '≤ 0.4×',
    };
  else process.stderr.write('Neither podman nor docker answers here: that comparison is left out.\n');
}

async function throughApi(environment: Record<string, string>, pauseMs: number): Promise<{ ms: number; pool: string }> {
  await using server = await startServer(environment);
  const samples: number[] = [];
  for (let i = 0; i < COUNT; i++) {
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    const [ms] = await sample(1, async () => {
      const sandbox = await server.client.sandboxes.create({ image: 'base' });
      await sandbox.run(['/bin/true']);
      void sandbox.kill();
    });
    samples.push(ms!);
  }
  return { ms: median(samples), pool: process.env['SANDGLASS_POOL'] ?? '' };
}

async function rawRunc(pool: string): Promise<number> {
  const raw = new RawRunc(pool);
  try {
    await raw.listen();
    return median(await rawSamples(raw));
  } finally {
    raw.close();
  }
}

async function rawSamples(raw: RawRunc): Promise<number[]> {
  const samples: number[] = [];
  for (let i = 0; i < COUNT; i++) samples.push(await raw.once());
  return samples;
}

async function containerEngine(pool: string): Promise<{ name: string; ms: number } | undefined> {
  // podman without a registry: the same tree as --rootfs with an overlay on top, and no rlimit it may not raise.
  const podman = [
    '--cgroup-manager',
    'cgroupfs',
    'run',
    '--rm',
    '--ulimit',
    'nofile=1024:4096',
    '--ulimit',
    'nproc=4096:4096',
    '--network',
    'none',
    '--rootfs',
    `${pool}/img_base:O`,
    'true',
  ];
  try {
    execFileSync('podman', podman, { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return { name: 'podman', ms: median(await sample(10, () => run_('podman', podman))) };
}
