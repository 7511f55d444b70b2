/** `npm run bench -- NAME [--json]`: measures on this machine, beside a peer or the raw mechanism, in one run. */
import { parseArgs } from 'node:util';
import type { Figure } from './figure.ts';

const figures: Readonly<Record<string, () => Promise<{ run: () => AsyncIterable<Figure> }>>> = {
  create: () => import('./figures/create.ts'),
  exec: () => import('./figures/exec.ts'),
  echo: () => import('./figures/echo.ts'),
  'terminal-flood': () => import('./figures/terminalFlood.ts'),
  pixel: () => import('./figures/pixel.ts'),
  checkpoint: () => import('./figures/checkpoint.ts'),
  burst: () => import('./figures/burst.ts'),
  'e2b-concurrency': () => import('./figures/e2bConcurrency.ts'),
  'cdp-overhead': () => import('./figures/cdpOverhead.ts'),
  model: () => import('./figures/model.ts'),
  'idle-connections': () => import('./figures/idleConnections.ts'),
  timeline: () => import('./figures/timeline.ts'),
  seek: () => import('./figures/seek.ts'),
  'bundle-open': () => import('./figures/bundleOpen.ts'),
  recorder: () => import('./figures/recorder.ts'),
  'seek-24h': () => import('./figures/seek24h.ts'),
  workbench: () => import('./figures/workbench.ts'),
  'first-page': () => import('./figures/firstPage.ts'),
  wall: () => import('./figures/wall.ts'),
  gate: () => import('./figures/gate.ts'),
  hold: () => import('./figures/hold.ts'),
  pause: () => import('./figures/pause.ts'),
  takeover: () => import('./figures/takeover.ts'),
  rules: () => import('./figures/rules.ts'),
  soak: () => import('./figures/soak.ts'),
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
});
const name = positionals[0] ?? '';
const load = figures[name];
if (!load) {
  process.stderr.write(`Which one? npm run bench -- ${Object.keys(figures).join(' | ')} [--json]\n`);
  process.exit(2);
}
for await (const figure of (await load()).run()) {
  if (values.json) process.stdout.write(`${JSON.stringify(figure)}\n`);
  else {
    const ratio = figure.ratio === undefined ? '' : `  ${figure.ratio}× of ${figure.against}`;
    process.stdout.write(
      `${figure.name}: ${figure.value} ${figure.unit}${ratio}${figure.aim ? `  (aim: ${figure.aim})` : ''}\n`,
    );
  }
}
process.exit(0);
