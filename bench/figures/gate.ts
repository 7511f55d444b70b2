/**
 * What the gate adds to a call: asked, let through, run and ended, with a hundred rules none of which is about it, beside the same
 * call only written into the log. On one thread, as the server does it; the log is a real one.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { type Figure, quantile, round } from '../figure.ts';

const CALLS = 5_000;
const UNCOUNTED = 500;

/** As apps/api has them: bundled by esbuild, since the bench imports nothing of the server. */
interface Rooms {
  TestWorld: { open(): Promise<World> };
  askCall(log: unknown, who: unknown, call: string, facts: unknown): { ended(outcome: unknown): void };
  agent: unknown;
}
interface World extends AsyncDisposable {
  readonly services: {
    readonly sandboxes: { log(sandbox: string): unknown };
    readonly rules: { create(caller: unknown, scope: unknown, body: unknown): Promise<unknown> };
    readonly calls: { pass(...given: unknown[]): Promise<unknown> };
  };
  create(): Promise<{ id: string }>;
}

export async function* run(): AsyncIterable<Figure> {
  const { TestWorld, askCall, agent } = await load();
  await using world = await TestWorld.open();
  const { id } = await world.create();
  const log = world.services.sandboxes.log(id);
  const outcome = () => ({ summary: 'ok' });
  const asked = (n: number) => ({ name: 'probe', arguments: { n }, summary: () => String(n), outcome });
  const logged = async (n: number) =>
    askCall(log, agent, `cal_${'a'.repeat(8)}`, { name: 'probe', summary: String(n), arguments: { n } }).ended(
      outcome(),
    );
  const passed = (n: number) => world.services.calls.pass(agent, id, asked(n), async () => n);

  const bare = await measure(logged);
  const open = await measure(passed);
  for (let n = 0; n < 100; n++)
    await world.services.rules.create(
      agent,
      { kind: 'sandbox', sandbox: id },
      { text: `before exec matching "rm -rf /srv/${n}" → hold` },
    );
  const ruled = await measure(passed);
  const against = 'the same written into the log alone';
  const added = (quantileOf: number) => round((quantile(ruled, quantileOf) - quantile(bare, quantileOf)) / 1_000);
  yield {
    name: 'gate.open.p50',
    value: round(quantile(open, 0.5)),
    unit: 'µs',
    against,
    ratio: ratio(open, bare, 0.5),
  };
  yield {
    name: 'gate.rules.p50',
    value: round(quantile(ruled, 0.5)),
    unit: 'µs',
    against,
    ratio: ratio(ruled, bare, 0.5),
  };
  yield { name: 'gate.added.p50', value: added(0.5), unit: 'ms', against, aim: '≤ 0.2 ms' };
  yield { name: 'gate.added.p99', value: added(0.99), unit: 'ms', against, aim: '≤ 1 ms' };
}

const ratio = (ours: number[], theirs: number[], at: number) => round(quantile(ours, at) / quantile(theirs, at));

/** Microseconds each. */
async function measure(one: (n: number) => Promise<unknown>): Promise<number[]> {
  const samples: number[] = [];
  for (let n = 0; n < CALLS + UNCOUNTED; n++) {
    const from = performance.now();
    await one(n);
    if (n >= UNCOUNTED) samples.push((performance.now() - from) * 1_000);
  }
  return samples;
}

async function load(): Promise<Rooms> {
  const rooms = join(import.meta.dirname, '../../apps/api/src/sandboxes');
  // Beside the server's own packages, which stay where they are; the house's own sources come along.
  const directory = await mkdtemp(join(rooms, '../../.bench-'));
  try {
    const outfile = join(directory, 'rooms.mjs');
    await build({
      stdin: {
        contents: "export { TestWorld, agent } from './testWorld.ts'; export { askCall } from './calls.ts';",
        resolveDir: rooms,
      },
      ...{ bundle: true, format: 'esm', platform: 'node', logLevel: 'error', outfile },
      plugins: [{ name: 'packages-stay', setup: (bundle) => bundle.onResolve({ filter: /^[^./]/ }, staying) }],
    });
    return (await import(outfile)) as Rooms;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const staying = ({ path }: { path: string }) => (path.startsWith('@sandglass/') ? undefined : { path, external: true });
