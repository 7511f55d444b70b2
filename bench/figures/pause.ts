/** From asking for a pause to every process standing still, with programs that run, beside a plain freeze of the same sandbox. */
import { type Figure, median, quantile, round } from '../figure.ts';
import { startServer } from '../server.ts';

const COUNT = 30;

export async function* run(): AsyncIterable<Figure> {
  await using server = await startServer({ SANDGLASS_WARM: '0' });
  const sandbox = await server.client.sandboxes.create({ image: 'base' });
  // They outlive the command, so that the pause waits for no call in flight.
  await sandbox.run('for n in 1 2 3 4; do setsid sh -c "while :; do sleep 0.01; done" >/dev/null 2>&1 & done');
  const freezes: number[] = [];
  const pauses: number[] = [];
  const continues: number[] = [];
  for (let n = 0; n < COUNT; n++) {
    freezes.push(await timed(() => sandbox.freeze()));
    await sandbox.thaw();
    pauses.push(await timed(() => sandbox.gate.pause({ inFlight: 'settle' })));
    continues.push(await timed(() => sandbox.gate.continue()));
  }
  await sandbox.kill();
  const against = 'a plain freeze';
  const ratio = round(median(pauses) / median(freezes));
  yield { name: 'pause.p50', value: round(median(pauses)), unit: 'ms', against, ratio, aim: '≤ 30 ms' };
  yield { name: 'pause.p95', value: round(quantile(pauses, 0.95)), unit: 'ms' };
  yield {
    name: 'continue.p50',
    value: round(median(continues)),
    unit: 'ms',
    against,
    ratio: round(median(continues) / median(freezes)),
  };
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await act();
  return performance.now() - from;
}
