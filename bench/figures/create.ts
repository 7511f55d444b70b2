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

interface Peer {
  readonly name: string;
  readonly aim?: string;
  once(): Promise<number>;
}

interface Samples {
  readonly raw: number[];
  readonly ours: number[];
  /** As many as there are peers. */
  readonly peers: number[][];
}

/** The ways take turns, one sample each, so that whatever else the machine does falls on all of them. */
export async function* run(): AsyncIterable<Figure> {
  const pool = process.env['SANDGLASS_POOL'] ?? '';
  const peers = containerEngines(pool);
  const cold = await compare({ pool, warm: false, peers });
  const warm = await compare({ pool, warm: true, peers: [] });
  const against = 'raw runc run + guest';
  yield { name: 'create.raw', value: round(median(cold.raw)), unit: 'ms' };
  yield figure('create.cold.p50', cold.ours, against, cold.raw, '≤ 2×');
  yield figure('create.warm.p50', warm.ours, against, warm.raw, '≤ 0.5×');
  for (const [at, { name, aim }] of peers.entries()) {
    const theirs = cold.peers[at] ?? [];
    yield { name: `create.peer.${at + 1}`, value: round(median(theirs)), unit: `ms, ${name}` };
    yield figure('create.cold.p50', cold.ours, name, theirs, aim);
  }
}

function figure(name: string, ours: number[], against: string, theirs: number[], aim?: string): Figure {
  const value = median(ours);
  const ratio = round(value / median(theirs));
  return { name, value: round(value), unit: 'ms', against, ratio, ...(aim ? { aim } : {}) };
}

async function compare(options: { pool: string; warm: boolean; peers: readonly Peer[] }): Promise<Samples> {
  await using server = await startServer(options.warm ? {} : { SANDGLASS_WARM: '0' });
  const raw = new RawRunc(options.pool);
  const samples: Samples = { raw: [], ours: [], peers: options.peers.map(() => []) };
  try {
    await raw.listen();
    for (let i = 0; i < COUNT; i++) {
      samples.raw.push(await raw.once());
      for (const [at, peer] of options.peers.entries()) samples.peers[at]?.push(await peer.once());
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
 * Two of them: `podman run` as it is, whose container has a network of its own, as each of our sandboxes has; and the same without
 * any network, which is less than what a sandbox gets.
 */
function containerEngines(pool: string): Peer[] {
  return [
    containerEngine(pool, { network: [], aim: '≤ 0.4×' }),
    containerEngine(pool, { network: ['--network', 'none'] }),
  ].filter((peer) => peer !== undefined);
}

/**
 * Without a registry: the same tree as --rootfs with an overlay on top, and no rlimit that it may not raise. With
 * the runtime podman takes by itself, crun where that is installed. Debian 12's crun refuses hosts that have both kinds of
 * control groups: only there it is told to take runc.
 */
function containerEngine(pool: string, how: { network: string[]; aim?: string }): Peer | undefined {
  const limits = ['--ulimit', 'nofile=1024:4096', '--ulimit', 'nproc=4096:4096'];
  let count = 0;
  for (const runtime of [[], ['--runtime', 'runc']]) {
    const start = () => {
      const name = `sandglass-bench-${process.pid}-${count++}`;
      const what = ['--name', name, ...how.network, '--rootfs', `${pool}/img_base:O`, 'true'];
      return { name, args: [...runtime, '--cgroup-manager', 'cgroupfs', 'run', ...limits, ...what] };
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
    const tried = spawnSync('podman', args, { encoding: 'utf8' });
    if (!tried.error) remove(name);
    if (tried.status === 0)
      return {
        name: ['podman', ...runtime, 'run', ...how.network].join(' '),
        once,
        ...(how.aim ? { aim: how.aim } : {}),
      };
    const why = tried.error?.message ?? tried.stderr.trim();
    process.stderr.write(`podman ${[...runtime, ...how.network].join(' ')} does not answer here: ${why}\n`);
  }
  return undefined;
}
