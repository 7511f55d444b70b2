/** The keeper's program: reads its flags, finds the level, starts the server and answers its questions. */
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { guestFiles } from './guestFiles.ts';
import { describeHost, openLevel } from './host.ts';
import { Notices, type ServerChannel, serveVerbs } from './ipc.ts';
import { SandboxKeeper } from './keeper.ts';
import { chooseIdentity, ServerProcess } from './server.ts';
import { TRACKER_PROGRAM, Tracking } from './tracking.ts';
import type { KeeperNotice } from './verbs.ts';

const LEVELS = ['L3', 'L2', 'L1', 'L0'] as const;

const say = (line: string): void => {
  process.stderr.write(`keeper: ${line}\n`);
};

function parseFlags(argv: readonly string[]) {
  const found = new Map<string, string>();
  const rest: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const [name, inline] = argv[index]!.split(/=(.*)/s, 2) as [string, string | undefined];
    if (!['--data-dir', '--pool', '--server'].includes(name)) rest.push(argv[index]!);
    else found.set(name, inline ?? argv[++index] ?? '');
  }
  const here = import.meta.dirname;
  const dataDir = resolve(
    found.get('--data-dir') ??
      process.env.SANDGLASS_DATA_DIR ??
      (process.getuid!() === 0 ? '/var/lib/sandglass' : `${homedir()}/.local/share/sandglass`),
  );
  return {
    dataDir,
    pool: resolve(found.get('--pool') ?? process.env.SANDGLASS_POOL ?? `${dataDir}/keeper/pool`),
    server: resolve(found.get('--server') ?? `${here}/../../../apps/api/dist/main.mjs`),
    guestSource: resolve(process.env.SANDGLASS_GUEST_DIR ?? `${here}/../../guest/dist`),
    level: LEVELS.find((level) => level === process.env.SANDGLASS_LEVEL) ?? 'L3',
    probe: rest.includes('--probe'),
    rest,
  };
}

async function main(): Promise<void> {
  const flags = parseFlags(process.argv.slice(2));
  const { dataDir, pool } = flags;
  const keeperDir = `${dataDir}/keeper`;
  mkdirSync(dataDir, { recursive: true });
  mkdirSync(keeperDir, { recursive: true });
  // The set-up may have made it, for the pool, before it was known what else it holds.
  chmodSync(keeperDir, 0o711);
  const level = await openLevel(dataDir, pool, { most: flags.level, anew: flags.probe });
  const identity = chooseIdentity(flags.server, dataDir, process.env);
  const info = () => describeHost(level, pool, identity);
  if (flags.probe) {
    process.stdout.write(`${JSON.stringify(info())}\n`);
    return;
  }
  if (!existsSync(flags.server)) throw new Error('the server is not built. Run `npm run build`, then start again.');
  const notices = new Notices(() => server.child as ServerChannel | null);
  const notify = (notice: KeeperNotice): void => notices.send(notice);
  const server = new ServerProcess({
    path: flags.server,
    args: flags.rest,
    dataDir,
    identity,
    say,
    onStart: (child) => serveVerbs(child as ServerChannel, keeper),
    onEnd: (exitCode) => void end(exitCode),
  });
  const kind = level.store.tracked;
  const tracking = kind && new Tracking({ program: TRACKER_PROGRAM, pool, kind, notify, say });
  const keeper = await SandboxKeeper.open({
    ...level,
    runRoot: `${keeperDir}/run`,
    guest: guestFiles(
      flags.guestSource,
      `${keeperDir}/guest`,
      kind === 'btrfs' ? { node: process.execPath, tini: `${pool}/img_base/usr/bin/tini-static` } : null,
    ),
    info,
    notify,
    tracking,
  });

  let ending = false;
  async function end(exitCode: number): Promise<void> {
    if (ending) return;
    ending = true;
    await server.stop();
    const count = keeper.runningCount;
    void keeper.close();
    if (count > 0)
      say(
        `${count} sandbox${count === 1 ? ' keeps' : 'es keep'} running. Start again to see ${count === 1 ? 'it' : 'them'}.`,
      );
    process.exit(exitCode);
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0));
  server.start();
}

main().catch((error: unknown) => {
  say((error as Error).message);
  process.exit(1);
});
