/**
 * The workbench as a person meets it: how soon after a warm navigation its terminal and live screen can be worked in, what typing
 * waits for, and whether the page's memory stays where it was. SANDGLASS_BENCH_MINUTES is how long it is left open (30).
 */
import { setTimeout } from 'node:timers/promises';
import type { Sandbox } from '@sandglass/client/node';
import { type CDPSession, chromium, type Page } from 'playwright-core';
import { type Figure, median, round } from '../figure.ts';
import { type BenchServer, startServer } from '../server.ts';

const MINUTES = Number(process.env['SANDGLASS_BENCH_MINUTES'] ?? 30);
const OPENINGS = 5;
const KEYS = 200;
/** A fast typist. */
const KEY_EVERY_MS = 60;
const MEGABYTE = 1_048_576;
const viewport = { width: 1600, height: 1000 };

/** A line twice a second, and a window that shows it: a machine at work. */
const work = 'while true; do date; head -c 3000 /dev/urandom | base64 -w 100; sleep 0.5; done';

export async function* run(): AsyncIterable<Figure> {
  await using server = await startServer({ SANDGLASS_WARM: 'base=0,desktop=0,browser=0' });
  const sandbox = await server.client.sandboxes.create({ image: 'desktop', name: 'measured' });
  await sandbox.terminals.open({ name: 'you · bash', owner: 'person' });
  await sandbox.files.write('typed.ts', 'export const a = 1;\n'.repeat(2_000));
  // Terminals drawn without WebGL: what stands in them can be read, and without a graphics card it is the faster way.
  const browser = await chromium.launch({
    executablePath: process.env['SANDGLASS_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-3d-apis'],
  });
  try {
    const context = await browser.newContext({ viewport });
    const page = await context.newPage();
    await page.addInitScript(watchLongTasks);
    // What was typed into the editor is not saved, and may go.
    page.on('dialog', (dialog) => void dialog.accept());
    await page.goto(`${server.url}/s/${sandbox.id}#token=${server.token}`);
    await untilInteractive(page);
    yield await opened(page, server, sandbox);
    yield* await typed(page, server, sandbox);
    yield* await soaked(page, server, sandbox);
  } finally {
    await browser.close();
  }
}

/** The prompt is there, and the picture. */
async function untilInteractive(page: Page): Promise<void> {
  await Promise.all([
    page.locator('canvas.screen-canvas:not([data-empty])').waitFor(),
    page.locator('.xterm-rows', { hasText: '$' }).first().waitFor(),
  ]);
}

async function opened(page: Page, server: BenchServer, sandbox: Sandbox): Promise<Figure> {
  const samples: number[] = [];
  for (let at = 0; at < OPENINGS; at++) {
    await page.goto('about:blank');
    const from = performance.now();
    await page.goto(`${server.url}/s/${sandbox.id}`, { waitUntil: 'commit' });
    await untilInteractive(page);
    samples.push(performance.now() - from);
  }
  return {
    name: 'workbench.interactive',
    value: round(median(samples), 0),
    unit: 'ms to a prompt and a picture, warm',
    aim: '≤ 1,800 ms',
  };
}

async function typed(page: Page, server: BenchServer, sandbox: Sandbox): Promise<Figure[]> {
  const figures: Figure[] = [];
  const type = async (where: string) => {
    // What opening it cost is not typing.
    await setTimeout(1_500);
    await page.evaluate(() => ((globalThis as unknown as Watched).longTasksMs = []));
    for (let at = 0; at < KEYS; at++) {
      await page.keyboard.press('abcdefghijklmnopqrstuvwxyz '[at % 27] ?? 'a');
      await setTimeout(KEY_EVERY_MS);
    }
    const tasks = await page.evaluate(() => (globalThis as unknown as Watched).longTasksMs);
    figures.push(
      { name: `workbench.typing.${where}.longTasks`, value: tasks.length, unit: `in ${KEYS} keys`, aim: '0' },
      { name: `workbench.typing.${where}.longest`, value: round(Math.max(0, ...tasks), 0), unit: 'ms', aim: '≤ 50 ms' },
    );
  };
  await page.locator('.xterm-helper-textarea').first().focus();
  await type('terminal');
  await page.goto(`${server.url}/s/${sandbox.id}?file=/home/user/typed.ts`);
  await page.locator('.monaco-editor .view-line').first().waitFor();
  await page.locator('.monaco-editor textarea, .monaco-editor .native-edit-context').first().focus();
  await type('editor');
  return figures;
}

/** Left open on a machine at work: the heap after the first part against the heap at the end, each after a collection. */
async function soaked(page: Page, server: BenchServer, sandbox: Sandbox): Promise<Figure[]> {
  // The editor that typing left open stands before the screen.
  await page.goto(`${server.url}/s/${sandbox.id}?pane=screen`);
  await untilInteractive(page);
  await sandbox.start(['xterm', '-T', 'work', '-e', 'sh', '-c', work], { environment: { DISPLAY: ':1' } });
  await page.locator('.xterm-helper-textarea').first().focus();
  await page.keyboard.type(`\u0015${work}\n`);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const settledMs = Math.min(5, MINUTES / 3) * 60_000;
  await setTimeout(settledMs);
  const before = await heapBytes(session);
  await setTimeout(MINUTES * 60_000 - settledMs);
  const after = await heapBytes(session);
  return [
    {
      name: `workbench.heap.${MINUTES}min`,
      value: round(after / MEGABYTE, 1),
      unit: 'MB',
      against: `after ${round(settledMs / 60_000, 1)} min`,
      ratio: round(after / before),
      aim: 'flat',
    },
  ];
}

async function heapBytes(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN;
}

interface Watched {
  longTasksMs: number[];
}

/** Runs in the page. */
function watchLongTasks(): void {
  const page = globalThis as unknown as Watched;
  page.longTasksMs = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) page.longTasksMs.push(duration);
  }).observe({ entryTypes: ['longtask'] });
}
