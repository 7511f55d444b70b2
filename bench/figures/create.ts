/** Create → first command answered, through the API: cold and from the warm pool, against raw runc and against podman or docker. */
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Figure, median, round, timed } from '../figure.ts';
import { RawRunc } from '../rawRunc.ts';
import { type BenchServer, startServer } from '../server.ts';

const COUNT = 20;
/** Between two creates the pool has time to fill again, as it has between two people's clicks. */
const REFILL_MS = 1_500;
const run_ = promisify(execFile);

interface Samples {
  readonly raw: number[];
  readonly ours: number[];
  readonly peer: number[];
}

/** The ways take turns, one sample each, so that whatever else the machine does falls on all of them. */
export async function* run(): AsyncIterable<Figure> {
  const pool = process.env['SANDGLASS_POOL'] ?? '';
  const peer = containerEngine(pool);
  if (!peer) process.stderr.write('podman does not answer here: that comparison is left out.\n');
  const cold = await compare({ pool, warm: false, peer: peer?.once });
  const warm = await compare({ pool, warm: true, peer: undefined });
  const against = 'raw runc run + guest';
  yield { name: 'create.raw', value: round(median(cold.raw)), unit: 'ms' };
  yield figure('create.cold.p50', cold.ours, against, cold.raw, '≤ 2×');
  yield figure('create.warm.p50', warm.ours, against, warm.raw, '≤ 0.5×');
  if (peer) yield figure('create.cold.p50', cold.ours, `${peer.name} run`, cold.peer, '≤ 0.4×');
}

function figure(name: string, ours: number[], against: string, theirs: number[], aim: string): Figure {
  const value = median(ours);
  return { name, value: round(value), unit: 'ms', against, ratio: round(value / median(theirs)), aim };
}

async function compare(options: {
  pool: string;
  warm: boolean;
  peer: (() => Promise<number>) | undefined;
}): Promise<Samples> {
  await using server = await startServer(options.warm ? {} : { SANDGLASS_WARM: '0' });
  const raw = new RawRunc(options.pool);
  const samples: Samples = { raw: [], ours: [], peer: [] };
  try {
    await raw.listen();
    for (let i = 0; i < COUNT; i++) {
      samples.raw.push(await raw.once());
      if (options.peer) samples.peer.push(await options.peer());
      if (options.warm) await delay(REFILL_MS);
      samples.ours.push(await throughApi(server));
    }
  } finally {
    raw.close();
  }
  return samples;
}

async function throughApi(server: BenchServer): Promise<number> {
  const { ms, value } = await timed(async () => {
    const sandbox = await server.client.sandboxes.create({ image: 'base' });
    await sandbox.run(['/bin/true']);
    return sandbox;
  });
  await value.kill();
  return ms;
}

/**
 * Without a registry: the same tree as --rootfs with an overlay on top, no network, and no rlimit that it may not raise. With
 * the runtime podman takes by itself, crun where that is installed. Debian 12's crun refuses hosts that have both kinds of
 * control groups: only there it is told to take runc.
 */
function containerEngine(pool: string): { name: string; once: () => Promise<number> } | undefined {
  const where = ['--network', 'none', '--rootfs', `${pool}/img_base:O`];
  const limits = ['--ulimit', 'nofile=1024:4096', '--ulimit', 'nproc=4096:4096'];
  let count = 0;
  for (const runtime of [[], ['--runtime', 'runc']]) {
    const start = () => {
      const name = `sandglass-bench-${process.pid}-${count++}`;
      return {
        name,
        args: [...runtime, '--cgroup-manager', 'cgroupfs', 'run', ...limits, '--name', name, ...where, 'true'],
      };
    };
    // Its removal is not counted, as ours is not.
    const remove = (name: string) => execFileSync('podman', ['rm', '-f', name], { stdio: 'ignore' });
    const once = async () => {
      const { name, args } = start();
      const { ms } = await timed(() => run_('podman', args));
      remove(name);
      return ms;
    };
    const { name, args } = start();
    const tried = spawnSync('podman', args, { stdio: 'ignore' });
    if (tried.error) return undefined;
    remove(name);
    if (tried.status === 0) return { name: ['podman', ...runtime].join(' '), once };
  }
  return undefined;
}
