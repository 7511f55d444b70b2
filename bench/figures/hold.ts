/** From an agent's call being sent to a viewer being told that it is held, beside the round trip of a call that nothing holds. */
import { type Figure, median, quantile, round } from '../figure.ts';
import { startServer } from '../server.ts';

const COUNT = 60;
const UNCOUNTED = 20;

export async function* run(): AsyncIterable<Figure> {
  await using server = await startServer({ SANDGLASS_WARM: '0' });
  const sandbox = await server.client.sandboxes.create({ image: 'base' });
  const call = (n: number) => sandbox.files.makeDirectory(`/home/user/held/${n}`);
  const passing: number[] = [];
  for (let n = 0; n < COUNT + UNCOUNTED; n++) {
    const from = performance.now();
    await call(n);
    if (n >= UNCOUNTED) passing.push(performance.now() - from);
  }
  const watching = sandbox.gate.watch();
  const held: number[] = [];
  const released: number[] = [];
  await sandbox.gate.pause({ freeze: false });
  for (let n = 0; n < COUNT; n++) {
    const from = performance.now();
    const calling = call(10_000 + n);
    let waiting: string | undefined;
    for await (const { held: now } of { [Symbol.asyncIterator]: () => ({ next: () => watching.next() }) }) {
      waiting = now[0]?.call;
      if (waiting) break;
    }
    held.push(performance.now() - from);
    const decided = performance.now();
    await Promise.all([sandbox.gate.decide(waiting as never, { kind: 'approve' }), calling]);
    released.push(performance.now() - decided);
    // It stands still again before the next is asked.
    for await (const { mode } of { [Symbol.asyncIterator]: () => ({ next: () => watching.next() }) })
      if (mode.kind === 'paused') break;
  }
  await watching.return?.();
  await sandbox.kill();
  const against = 'the whole round trip of a call that nothing holds';
  const aim = '≤ 100 ms';
  const ratio = round(median(held) / median(passing));
  yield { name: 'hold.shown.p50', value: round(median(held)), unit: 'ms', against, ratio, aim };
  yield { name: 'hold.shown.p95', value: round(quantile(held, 0.95)), unit: 'ms', aim };
  yield {
    name: 'hold.approved.p50',
    value: round(median(released)),
    unit: 'ms',
    against,
    ratio: round(median(released) / median(passing)),
  };
}
