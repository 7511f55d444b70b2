/** `npm start`: prepares, then runs the keeper (which runs the server) until it ends or is told to. */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../build/targets.mjs';
import { firstImageNames } from '../images/recipes.mjs';
import { buildLaterImages } from './laterImages.mjs';
import { isRoot, prepareBuild, preparePackages, preparePool, say } from './prepare.mjs';
import { runReplay } from './replay.mjs';
import { helpText, readSettings, UsageError } from './settings.mjs';

/** What each level lacks against the best one, and how to get there. */
const lowered = {
  L2: ['checkpoints hold files, not memory', 'a criu that works on this kernel; see npm run doctor'],
  L1: [
    'checkpoints copy files instead of snapshotting them, and hold no memory',
    'btrfs in the kernel and a free loop device; see npm run doctor',
  ],
  L0: [
    'no hard limits on processor and memory, a freeze by signals, checkpoints of files by copying',
    'start with root on Debian (sudo npm start); see npm run doctor',
  ],
};

/** @param {string[]} words @returns {Promise<number>} exit code */
export async function run(words) {
  // `npm start -- replay FILE`
  const isReplay = words[0] === 'replay';
  const file = isReplay && words[1] !== undefined && !words[1].startsWith('-') ? words[1] : undefined;
  let settings;
  try {
    settings = readSettings(isReplay ? words.slice(file === undefined ? 1 : 2) : words, process.env, isRoot);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    say(error.message);
    return 2;
  }
  if (settings.wantsHelp) {
    process.stdout.write(helpText());
    return 0;
  }
  if (isReplay) return await runReplay(file, settings, openBrowser);
  if (!(await preparePackages(settings)))
    say('Going on with what is there; the level of isolation will be lower, or images cannot be built.');
  await prepareBuild();
  makePassable(settings.dataDir);
  await preparePool({ pool: settings.pool, level: settings.values.SANDGLASS_LEVEL, names: firstImageNames });
  // Chosen here and not by the server: one that starts again after a crash must come back where it was.
  if (settings.values.SANDGLASS_PORT === '0') settings.values.SANDGLASS_PORT = String(await findFreePort());
  return await runKeeper(settings);
}

/** A port that is free, and the next one too, for previews. */
async function findFreePort() {
  for (let attempt = 0; attempt < 20; attempt++) {
    const first = await holdPort(0);
    const second = first.port < 65_535 ? await holdPort(first.port + 1).catch(() => undefined) : undefined;
    await Promise.all([first.release(), second?.release()]);
    if (second) return first.port;
  }
  throw new Error('No two neighbouring ports are free on this machine; give one with --port.');
}

/** @param {number} wanted @returns {Promise<{ port: number, release(): Promise<void> }>} */
function holdPort(wanted) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      resolve({ port, release: () => new Promise((released) => server.close(() => released())) });
    });
  });
}

/** The server and the sandboxes' mapped root must get through to their own folders; what is in them they cannot list. */
function makePassable(dataDir) {
  mkdirSync(dataDir, { recursive: true, mode: 0o711 });
  const { mode, uid } = statSync(dataDir);
  if (isRoot && uid === 0 && (mode & 0o011) !== 0o011) chmodSync(dataDir, (mode & 0o7777) | 0o011);
}

/** @param {import('./settings.mjs').Settings} settings */
function runKeeper(settings) {
  const environment = { ...process.env, ...settings.values, SANDGLASS_JSON: '1' };
  if (!settings.isJson) environment.SANDGLASS_LOG_LEVEL ??= 'warn';
  const keeper = spawn(process.execPath, ['--enable-source-maps', join(root, 'packages/keeper/dist/keeper.mjs')], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let isReady = false;
  const later = buildLaterImages({ pool: settings.pool, say });
  createInterface({ input: keeper.stdout }).on('line', (line) => {
    const ready = line.startsWith('{"url"') ? parseReady(line) : undefined;
    if (!ready || settings.isJson) process.stdout.write(`${line}\n`);
    // The server starts again after a crash and says so again: one welcome is enough.
    if (!ready || settings.isJson || isReady) return;
    isReady = true;
    welcome(ready, settings);
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => keeper.kill(signal));
  return new Promise((resolve, reject) => {
    keeper.once('error', reject);
    keeper.once('close', (code, signal) => {
      later.stop();
      resolve(code ?? (signal ? 1 : 0));
    });
  });
}

function parseReady(line) {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function welcome({ url, token, level, dataDir }, settings) {
  const address = `${url.replace(/\/$/, '')}/#token=${token}`;
  say('');
  say(`  Sandglass is ready at level ${level}.`);
  const less = lowered[level];
  if (less) {
    say(`  That is not the best one (L3): ${less[0]}.`);
    say(`  To get it: ${level === settings.values.SANDGLASS_LEVEL ? `start without --level ${level}` : less[1]}.`);
  }
  say(`  Data: ${dataDir}`);
  say('');
  say(`  ${address}`);
  say('');
  say('  Ctrl-C stops the server; sandboxes keep running and are there at the next start.');
  if (settings.opens) openBrowser(address);
}

/** As the person at the screen, who may have come by sudo. */
function openBrowser(address) {
  if (process.env.CI || !(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)) return;
  const person = isRoot ? process.env.SUDO_USER : undefined;
  if (isRoot && !person) return;
  const command = person
    ? ['sudo', '-u', person, '--preserve-env=DISPLAY,WAYLAND_DISPLAY,XDG_RUNTIME_DIR', 'xdg-open', address]
    : ['xdg-open', address];
  if (spawnSync('sh', ['-c', 'command -v xdg-open'], { stdio: 'ignore' }).status !== 0) return;
  spawn(command[0], command.slice(1), { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}
