/**
 * To any moment of a real recording of a desktop at work, in Chromium, over HTTP from the server that recorded it, while it still
 * records. Beside it: fetching the bytes of that moment and drawing one picture.
 */
import { setTimeout } from 'node:timers/promises';
import { putToWork } from '../desktopAtWork.ts';
import { type Figure, round } from '../figure.ts';
import { openBrowser } from '../pixel/browser.ts';
import { seekAllOver, seekFigures } from '../seekPage.ts';
import { startServer } from '../server.ts';

/** Sixty give the figure that issues speak of; five are enough to see a change. */
const MINUTES = Number(process.env['SANDGLASS_BENCH_MINUTES'] ?? 5);

export async function* run(): AsyncIterable<Figure> {
  await using server = await startServer({ SANDGLASS_WARM: 'base=0,desktop=0,browser=0' });
  const sandbox = await server.client.sandboxes.create({ image: 'desktop' });
  await putToWork(sandbox);
  await sandbox.terminals.open({ name: 'busy', command: ['/bin/sh', '-c', 'while sleep 0.05; do date +%N; done'] });
  await setTimeout(MINUTES * 60_000);
  const browser = await openBrowser();
  try {
    // The script comes from outside of the console, which allows its own alone.
    const page = await browser.newPage({ bypassCSP: true });
    await page.addInitScript('globalThis.__name = (f) => f');
    await page.goto(`${server.url}/#token=${server.token}`);
    await page.waitForURL((url) => !url.hash.includes('token'));
    const sought = await seekAllOver(page, { sandbox: sandbox.id });
    const megabytes = round(sought.sizeBytes / 1_048_576, 1);
    yield { name: 'seek.recorded', value: round(sought.nowUs / 60_000_000, 1), unit: `minutes, ${megabytes} MB` };
    yield* seekFigures('seek', sought, { against: 'fetching its bytes and drawing one picture', aim: '≤ 150 ms' });
  } finally {
    await browser.close();
  }
}
