/** From an agent's call being sent to a viewer being told that it is held, beside the round trip of a call that nothing holds. */
import type { CallId, Gate } from '@sandglass/protocol';
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
  const held: number[] = [];
  const released: number[] = [];
  const seen = new Set<string>();
  await sandbox.gate.pause({ freeze: false });
  const watching = sandbox.gate.watch();
  for (let n = 0; n < COUNT; n++) {
    const from = performance.now();
    const calling = call(10_000 + n);
    const waiting = await nextOf(watching, seen);
    held.push(performance.now() - from);
    const decided = performance.now();
    await Promise.all([sandbox.gate.decide(waiting, { kind: 'approve' }), calling]);
    released.push(performance.now() - decided);
    // It stands still again before the next is asked.
    while ((await sandbox.gate.get()).mode.kind !== 'paused') await sandbox.stats();
  }
  await watching.return?.();
  await sandbox.gate.continue();
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

/** The first call that was not seen held before; what is told late of an earlier one is passed over. */
async function nextOf(watching: AsyncIterator<Gate>, seen: Set<string>): Promise<CallId> {
  for (;;) {
    const { value, done } = await watching.next();
    if (done) throw new Error('The sandbox has ended.');
    const fresh = (value as Gate).held.find(({ call }) => !seen.has(call));
    if (!fresh) continue;
    seen.add(fresh.call);
    return fresh.call;
  }
}
