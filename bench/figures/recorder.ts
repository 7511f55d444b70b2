/**
 * What recording costs the server: a sandbox that stands still, a busy terminal that nobody looks at, a desktop at work. Beside the
 * terminal: `script`, which does nothing but write down what the same program prints on a terminal of its own.
 */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import type { Sandbox } from '@sandglass/client/node';
import { putToWork } from '../desktopAtWork.ts';
import { type Figure, round } from '../figure.ts';
import { type BenchServer, startServer } from '../server.ts';

const MEASURED_MS = Number(process.env['SANDGLASS_BENCH_SECONDS'] ?? 30) * 1_000;
const SETTLE_MS = 5_000;
const TICKS_PER_SECOND = 100;
/** As a build or a test run prints: some 100 lines a second. */
const chatter =
  'i=0; while sleep 0.01; do i=$((i+1)); echo "$i src/features/checkout/cart.test.ts passed 12 of 12 in 48 ms"; done';

interface Cost {
  /** Percent of a core, the whole server. */
  readonly core: number;
  /** Recorded meanwhile, without the samples of what it uses. */
  readonly bytes: number;
}

export async function* run(): AsyncIterable<Figure> {
  await using server = await startServer({ SANDGLASS_WARM: 'base=0,desktop=0,browser=0' });
  const shell = await server.client.sandboxes.create({ image: 'base' });
  await setTimeout(SETTLE_MS);
  const idle = await costOf(server, shell);
  yield { name: 'recorder.idle.bytes', value: idle.bytes, unit: `bytes in ${MEASURED_MS / 1_000} s`, aim: '0' };
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
  yield { name: 'recorder.terminal.bytes', value: round(busy.bytes / 1_024), unit: `kB in ${MEASURED_MS / 1_000} s` };
  await shell.kill();

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
  yield { name: 'recorder.desktop.bytes', value: round(moving.bytes / 1_024), unit: `kB in ${MEASURED_MS / 1_000} s` };
}

async function costOf(server: BenchServer, sandbox: Sandbox): Promise<Cost> {
  const [cpu, bytes] = [await server.cpuSeconds(), await recordedBytes(server, sandbox)];
  await setTimeout(MEASURED_MS);
  return {
    core: ((await server.cpuSeconds()) - cpu) / (MEASURED_MS / 100_000),
    bytes: (await recordedBytes(server, sandbox)) - bytes,
  };
}

async function recordedBytes({ client }: BenchServer, sandbox: Sandbox): Promise<number> {
  const { tracks } = await client.request('recording', { params: { sandbox: sandbox.id }, query: { afterSeq: 0 } });
  return tracks
    .filter(({ track }) => track !== 'stats')
    .flatMap(({ segments }) => segments)
    .reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** Percent of a core that `script` itself takes for the same output; what it runs is not counted. */
async function scriptCore(): Promise<number> {
  const script = spawn('script', ['-qfc', chatter, '/dev/null'], { stdio: 'ignore' });
  try {
    await setTimeout(MEASURED_MS);
    const stat = await readFile(`/proc/${script.pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND / (MEASURED_MS / 100_000);
  } finally {
    script.kill('SIGTERM');
  }
}
