/**
 * From a change on the X screen to the pixel on the canvas: the console's live view (log, stream and player included) against
 * noVNC straight to an X server, by turns. Each has an Xtigervnc of its own, of the same make, size and options in the same
 * sandbox, because a second client would make the one server encode everything twice; only the one that is measured has
 * anything to show. Both canvases are watched by the same code.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Sandbox } from '@sandglass/client/node';
import type { Page } from 'playwright-core';
import { type Figure, median, quantile, round } from '../figure.ts';
import { openBrowser, openConsole, openNoVnc, seenDuring } from '../pixel/browser.ts';
import { chatter, type Painted, painter, palette } from '../pixel/painter.ts';
import type { Seen } from '../pixel/watchPixel.ts';
import { startServer } from '../server.ts';

/** Changes a block; blocks in the order own, noVNC, noVNC, own. */
const CHANGES = Number(process.env['SANDGLASS_BENCH_CHANGES'] ?? 33);
const TURNS = ['own', 'peer', 'peer', 'own', 'own', 'peer', 'peer', 'own'] as const;
const LOADS = ['idle', 'output'] as const;
const OWN = { display: ':1' };
const PEER = { display: ':2', port: 5902 };

interface Side {
  readonly display: string;
  readonly page: Page;
}

export async function* run(): AsyncIterable<Figure> {
  if (process.getuid?.() !== 0) {
    process.stderr.write('The way to the X server for noVNC needs root here: nothing is measured.\n');
    return;
  }
  await using server = await startServer({ SANDGLASS_WARM: '0' });
  const sandbox = await server.client.sandboxes.create({ image: 'desktop' });
  await startPeerScreen(sandbox);
  const relay = await startRelay(sandbox.id);
  const browser = await openBrowser();
  try {
    const sides = {
      own: { display: OWN.display, page: await openConsole(browser, server, sandbox.id) },
      peer: { display: PEER.display, page: await openNoVnc(browser, relay.url) },
    };
    for (const load of LOADS) yield* compare(sandbox, sides, load);
  } finally {
    await browser.close();
    relay.close();
  }
}

async function* compare(
  sandbox: Sandbox,
  sides: { own: Side; peer: Side },
  load: (typeof LOADS)[number],
): AsyncIterable<Figure> {
  const delays: { own: number[]; peer: number[] } = { own: [], peer: [] };
  for (const turn of TURNS) delays[turn].push(...(await block(sandbox, sides[turn], load)));
  const against = 'noVNC 1.7 straight to the same kind of X server';
  for (const [name, part] of [
    ['p50', 0.5],
    ['p95', 0.95],
  ] as const) {
    const value = quantile(delays.own, part);
    const theirs = quantile(delays.peer, part);
    yield {
      name: `pixel.${load}.${name}`,
      value: round(value),
      unit: 'ms',
      against,
      ratio: round(value / theirs),
      ...(name === 'p50' ? { aim: '≤ 1.2×' } : {}),
    };
  }
  process.stderr.write(
    `${load}: ${delays.own.length} and ${delays.peer.length} of ${(CHANGES * TURNS.length) / 2} changes seen; p50 ${round(median(delays.own))} and ${round(median(delays.peer))} ms\n`,
  );
}

async function block(sandbox: Sandbox, side: Side, load: (typeof LOADS)[number]): Promise<number[]> {
  const seconds = Math.ceil(CHANGES * 0.25) + 3;
  const chatting =
    load === 'output'
      ? await sandbox.start(['xterm', '-geometry', '100x30+400+250', '-e', 'python3', '-c', chatter, String(seconds)], {
          environment: { DISPLAY: side.display },
        })
      : null;
  const last = (CHANGES - 1) % palette.length;
  const { value, seen } = await seenDuring(side.page, last, () =>
    sandbox.run(['python3', '-c', painter, side.display, String(CHANGES)]),
  );
  if (chatting) {
    await chatting.signal('SIGKILL').catch(() => {});
    await chatting.wait().catch(() => {});
  }
  if (value.exit?.code !== 0) throw new Error(`The painter failed: ${value.stderr}`);
  return match(JSON.parse(value.stdout ?? '[]') as Painted[], seen);
}

/**
 * How long until each change, or one that came after it, was on the canvas. A viewer that falls behind and leaves changes out is
 * charged for them, until it shows something as new.
 */
function match(painted: readonly Painted[], seen: readonly Seen[]): number[] {
  const shown: { index: number; atMs: number }[] = [];
  let from = 0;
  for (const { atMs, colour } of seen) {
    const index = painted.findIndex((one, at) => at >= from && one.colour === colour && one.atMs <= atMs + 1);
    if (index < 0) continue;
    shown.push({ index, atMs });
    from = index + 1;
  }
  return painted.flatMap(({ atMs }, index) => {
    const first = shown.find((one) => one.index >= index);
    return first ? [first.atMs - atMs] : [];
  });
}

/** With the very words the desktop's own was started with, but for its number and port. */
async function startPeerScreen(sandbox: Sandbox): Promise<void> {
  await sandbox.run('until DISPLAY=:1 xdotool getdisplaygeometry >/dev/null 2>&1; do sleep 0.1; done');
  const words = [
    'tr "\\0" "\\n" < /proc/$(pgrep -x Xtigervnc | head -1)/cmdline',
    'sed -e "s/^:1$/:2/" -e "s/^5901$/5902/" -e "/^-displayfd$/,+1d"',
  ].join(' | ');
  await sandbox.start(`mapfile -t words < <(${words}); exec "\${words[@]}"`);
  await sandbox.run(
    `until DISPLAY=${PEER.display} xdotool getdisplaygeometry >/dev/null 2>&1; do sleep 0.1; done; DISPLAY=${PEER.display} xsetroot -solid '#202830'`,
    { timeoutMs: 20_000 },
  );
}

async function startRelay(id: string): Promise<{ url: string; close: () => void }> {
  const groups = ['/sys/fs/cgroup/sandglass', '/sys/fs/cgroup/pids/sandglass'].map(
    (top) => `${top}/${id}/cgroup.procs`,
  );
  const pid = readFileSync(groups.find((path) => existsSync(path))!, 'utf8').split('\n')[0]!;
  const listener = createServer();
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  const program = fileURLToPath(new URL('../pixel/relay.ts', import.meta.url));
  const child = spawn('nsenter', ['-t', pid, '-n', process.execPath, '--import', 'tsx', program, String(PEER.port)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  child.send('listener', listener);
  await once(child, 'message');
  listener.close();
  return { url: `ws://127.0.0.1:${port}/`, close: () => child.kill() };
}
