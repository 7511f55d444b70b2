/**
 * What recording costs the server: a sandbox that stands still, a busy terminal that nobody looks at, what an hour of work in a terminal
 * takes on disk, a desktop at work, a window with a video in it. Beside the terminal: `script`, which does nothing but write down what the same program prints on a terminal of its own.
 */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import type { Sandbox } from '@sandglass/client/node';
import { putToWork, showVideo } from '../desktopAtWork.ts';
import { type Figure, round } from '../figure.ts';
import { hourOfWork } from '../hourOfWork.ts';
import { type BenchServer, startServer } from '../server.ts';

const MEASURED_MS = Number(process.env['SANDGLASS_BENCH_SECONDS'] ?? 30) * 1_000;
const SETTLE_MS = 5_000;
/** As a build or a test run prints: some 100 lines a second. */
const chatter =
  'i=0; while sleep 0.01; do i=$((i+1)); echo "$i src/features/checkout/cart.test.ts passed 12 of 12 in 48 ms"; done';

interface Cost {
  /** Percent of a core, the whole server. */
  readonly core: number;
  /** Recorded meanwhile, without the samples. */
  readonly bytes: number;
  /** Of what it uses and what runs in it: they are taken whether or not anything happens. */
  readonly sampleBytes: number;
}

export async function* run(): AsyncIterable<Figure> {
  await using server = await startServer({ SANDGLASS_WARM: 'base=0,desktop=0,browser=0' });
  const shell = await server.client.sandboxes.create({ image: 'base' });
  await setTimeout(SETTLE_MS);
  const idle = await costOf(server, shell);
  yield { name: 'recorder.idle.bytes', value: idle.bytes, unit: `bytes in ${MEASURED_MS / 1_000} s`, aim: '0' };
  yield { name: 'recorder.idle.samples', value: idle.sampleBytes, unit: `bytes in ${MEASURED_MS / 1_000} s` };
  yield { name: 'recorder.idle.core', value: round(idle.core), unit: '% of a core, the whole server' };

  await shell.terminals.open({ name: 'busy', command: ['/bin/sh', '-c', chatter] });
  await setTimeout(SETTLE_MS);
  const [busy, script] = await Promise.all([costOf(server, shell), scriptCore()]);
  yield {
    name: 'recorder.terminal.core',
    value: round(busy.core - idle.core),
    unit: '% of a core above idle',
    against: 'script',
    ratio: round((busy.core - idle.core) / script),
    aim: '≤ 3 %',
  };
  yield rateOf('recorder.terminal.bytes', busy);
  await shell.kill();

  yield* typicalHour(server);

  const desktop = await server.client.sandboxes.create({ image: 'desktop' });
  await setTimeout(SETTLE_MS);
  const still = await costOf(server, desktop);
  await putToWork(desktop);
  await setTimeout(SETTLE_MS);
  const moving = await costOf(server, desktop);
  yield {
    name: 'recorder.desktop.core',
    value: round(moving.core - still.core),
    unit: '% of a core above the same desktop standing still',
    aim: '≤ 10 %',
  };
  yield rateOf('recorder.desktop.bytes', moving);
  await desktop.kill();

  const cinema = await server.client.sandboxes.create({ image: 'desktop' });
  await setTimeout(SETTLE_MS);
  const dark = await costOf(server, cinema);
  await showVideo(cinema);
  await setTimeout(SETTLE_MS);
  const playing = await costOf(server, cinema);
  yield {
    name: 'recorder.video.core',
    value: round(playing.core - dark.core),
    unit: '% of a core above the same desktop standing still',
    aim: '≤ 10 %',
  };
  yield rateOf('recorder.video.bytes', playing);
}

const rateOf = (name: string, { bytes }: Cost): Figure => ({
  name,
  value: round(bytes / 1_048_576 / (MEASURED_MS / 60_000)),
  unit: `MB a minute, the rate of ${MEASURED_MS / 1_000} s`,
});

/**
 * As much as an hour of work in a terminal prints, through the real guest and recorder, without the hour's pauses: what is stored depends on
 * what was printed and in how many pieces, not on how long nothing happened between.
 */
async function* typicalHour(server: BenchServer): AsyncIterable<Figure> {
  const sandbox = await server.client.sandboxes.create({ image: 'base' });
  const before = (await recordedBytes(server, sandbox)).bytes;
  const terminal = await sandbox.terminals.open({ name: 'hour', command: ['python3', '-c', hourOfWork] });
  await terminal.waitForExit();
  yield {
    name: 'recorder.terminal.hour',
    value: round(((await recordedBytes(server, sandbox)).bytes - before) / 1_048_576),
    unit: 'MB for what an hour of work prints',
    aim: '≤ 20 MB',
  };
  await sandbox.kill();
}

async function costOf(server: BenchServer, sandbox: Sandbox): Promise<Cost> {
  const [cpu, before] = [await server.cpuSeconds(), await recordedBytes(server, sandbox)];
  await setTimeout(MEASURED_MS);
  const after = await recordedBytes(server, sandbox);
  return {
    core: ((await server.cpuSeconds()) - cpu) / (MEASURED_MS / 100_000),
    bytes: after.bytes - before.bytes,
    sampleBytes: after.sampleBytes - before.sampleBytes,
  };
}

const SAMPLES = new Set(['stats', 'processes']);

async function recordedBytes({ client }: BenchServer, sandbox: Sandbox): Promise<Omit<Cost, 'core'>> {
  const { tracks } = await client.request('recording', { params: { sandbox: sandbox.id }, query: { afterSeq: 0 } });
  const sizes = tracks.map(({ track, segments }) => ({
    isSample: SAMPLES.has(track),
    bytes: segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  }));
  const sum = (isSample: boolean) =>
    sizes.reduce((total, each) => total + (each.isSample === isSample ? each.bytes : 0), 0);
  return { bytes: sum(false), sampleBytes: sum(true) };
}

/** Percent of a core that `script` itself takes for the same output; what it runs is not counted. */
async function scriptCore(): Promise<number> {
  const script = spawn('script', ['-qfc', chatter, '/dev/null'], { stdio: 'ignore' });
  // Nanoseconds on a processor: of so little, its ticks would be none.
  const spentNs = async () => Number((await readFile(`/proc/${script.pid}/schedstat`, 'latin1')).split(' ')[0]);
  try {
    await setTimeout(SETTLE_MS);
    const before = await spentNs();
    await setTimeout(MEASURED_MS);
    return ((await spentNs()) - before) / (MEASURED_MS * 10_000);
  } finally {
    script.kill('SIGTERM');
  }
}
