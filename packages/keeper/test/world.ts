/** A real keeper on a small pool of its own, with an image just big enough to run node and a few programs of this host. */
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import type { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { isBtrfs } from '../src/btrfs.ts';
import { guestFiles } from '../src/guestFiles.ts';
import { describeHost, type OpenLevel, openLevel } from '../src/host.ts';
import { SandboxKeeper } from '../src/keeper.ts';
import { AS_MAPPED_ROOT } from '../src/rootless.ts';
import { TRACKER_PROGRAM, Tracking } from '../src/tracking.ts';
import type {
  CreateRequest,
  KeeperFileEvent,
  KeeperInfo,
  KeeperLimits,
  KeeperNotice,
  KeeperSandbox,
  Level,
  Verb,
  Verbs,
} from '../src/verbs.ts';

const isRoot = process.getuid!() === 0;
const PROGRAMS = [
  'sh',
  'cat',
  'dd',
  'ls',
  'rm',
  'sleep',
  'sync',
  'id',
  'unshare',
  'hostname',
  'stat',
  'ps',
  'head',
  'mkdir',
  'mv',
  'chmod',
  'touch',
  'ln',
  'perl',
];

/** Dials home and runs each line it is sent in a shell; answers with what that printed. */
const GUEST = `
const { exec } = require('node:child_process');
const net = require('node:net');
const { createInterface } = require('node:readline');
const { SANDGLASS_GUEST_PORT: port, SANDGLASS_GUEST_SECRET: secret } = process.env;
const dial = () => {
  const socket = net.connect(Number(port), '127.0.0.1');
  socket.on('error', () => {});
  socket.on('close', () => setTimeout(dial, 5));
  socket.on('connect', () => {
    socket.write(secret + '\\n');
    createInterface({ input: socket }).on('error', () => {}).on('line', (line) => {
      if (line === 'exit') process.exit(0);
      exec(line, { maxBuffer: 1e8 }, (error, out, err) => {
        if (!socket.destroyed) socket.write(JSON.stringify({ code: error ? (error.code ?? error.signal) : 0, out, err }) + '\\n');
      });
    });
  });
};
dial();
`;

export interface GuestLink {
  readonly socket: Socket;
  readonly server: Server;
  run(command: string): Promise<{ code: number | string; out: string; err: string }>;
  close(): void;
}

export class World implements AsyncDisposable {
  readonly directory: string;
  readonly pool: string;
  readonly dataDir: string;
  level!: OpenLevel;
  keeper!: SandboxKeeper;
  readonly notices: KeeperNotice[] = [];
  readonly #most: Level;
  readonly #arrived = new Set<() => void>();
  readonly #links = new Set<GuestLink>();

  private constructor(most: Level) {
    this.#most = most;
    this.directory = mkdtempSync(`${realpathSync(tmpdir())}/sandglass-keeper-`);
    execFileSync('chmod', ['711', this.directory]);
    this.pool = `${this.directory}/pool`;
    this.dataDir = `${this.directory}/data`;
  }

  /** At the best level this user can have, or the one the whole test run is for. */
  static async open(most = (process.env.SANDGLASS_LEVEL ?? (isRoot ? 'L3' : 'L0')) as Level): Promise<World> {
    const world = new World(most);
    mkdirSync(`${world.dataDir}/keeper`, { recursive: true, mode: 0o711 });
    mkdirSync(`${world.directory}/guest`);
    writeFileSync(`${world.directory}/guest/guest.cjs`, GUEST);
    const btrfs = most === 'L3' || most === 'L2';
    if (btrfs) {
      execFileSync('truncate', ['-s', '2G', `${world.pool}.img`]);
      execFileSync('mkfs.btrfs', ['-q', `${world.pool}.img`]);
      await openLevel(world.dataDir, world.pool, { most });
    } else mkdirSync(world.pool, { mode: 0o711 });
    buildImage(`${world.pool}/img_base`, { subvolume: btrfs });
    await world.start();
    return world;
  }

  async start(): Promise<void> {
    this.level = await openLevel(this.dataDir, this.pool, { most: this.#most });
    const kind = this.level.store.tracked;
    this.keeper = await SandboxKeeper.open({
      ...this.level,
      runRoot: `${this.dataDir}/keeper/run`,
      guest: guestFiles(
        `${this.directory}/guest`,
        `${this.dataDir}/keeper/guest`,
        kind === 'btrfs' ? { node: process.execPath, tini: '/usr/bin/tini-static' } : null,
      ),
      info: () => this.info(),
      notify: (notice) => this.#noticed(notice),
      tracking:
        kind &&
        new Tracking({
          program: TRACKER_PROGRAM,
          pool: this.pool,
          kind,
          notify: (notice) => this.#noticed(notice),
          say: (line) => console.error(line),
        }),
    });
  }

  #noticed(notice: KeeperNotice): void {
    this.notices.push(notice);
    for (const listener of this.#arrived) listener();
  }

  info(): KeeperInfo {
    return describeHost(this.level, this.pool, { uid: 0, gid: 0, separated: false, detail: '' });
  }

  async ask<V extends Verb>(verb: V, request: Verbs[V][0]): Promise<Verbs[V][1]> {
    return (await this.keeper.answer({ ask: 1, verb, request } as never)).reply as Verbs[V][1];
  }

  create(id: string, more: Partial<CreateRequest> & { limits?: KeeperLimits } = {}) {
    return this.ask('create', {
      id,
      source: { image: 'base' },
      limits: { cpus: 1, memoryMb: 256, diskMb: 256, pids: 64 },
      guestPort: 48_099,
      guestSecret: 'ab'.repeat(16),
      ...more,
    });
  }

  /** Listens for the guest and waits until it has dialled and shown its secret. */
  async link(id: string): Promise<GuestLink> {
    const server = (await this.keeper.answer({ ask: 1, verb: 'listen', request: { id, port: 48_099 } }))
      .handle as Server;
    // Here it stays in this process, where until it is handed on every connection is refused.
    server.removeAllListeners('connection');
    const [socket] = (await once(server, 'connection')) as [Socket];
    socket.on('error', () => {});
    const lines: Interface = createInterface({ input: socket });
    const next = lines[Symbol.asyncIterator]();
    const secret = (await next.next()).value;
    if (secret !== 'ab'.repeat(16)) throw new Error(`wrong secret ${secret}`);
    const link: GuestLink = {
      socket,
      server,
      async run(command) {
        socket.write(`${command}\n`);
        const { value, done } = await next.next();
        if (done) throw new Error('the guest hung up');
        return JSON.parse(value);
      },
      close: () => {
        socket.destroy();
        server.close();
        this.#links.delete(link);
      },
    };
    this.#links.add(link);
    return link;
  }

  /** Every file change told of this sandbox until one for `path` comes, that one included. */
  async filesUntil(id: string, path: string): Promise<{ changes: KeeperFileEvent[]; dropped: number }> {
    for (;;) {
      const told = this.notices.filter((notice) => notice.notice === 'files').filter((notice) => notice.id === id);
      const changes = told.flatMap((notice) => notice.changes);
      if (changes.some((change) => change.path === path))
        return { changes, dropped: told.reduce((sum, notice) => sum + notice.dropped, 0) };
      await this.#nextNotice();
    }
  }

  async describe(id: string): Promise<KeeperSandbox | undefined> {
    return (await this.ask('list', {})).sandboxes.find((sandbox) => sandbox.id === id);
  }

  /** The first notice of this kind for this sandbox, past or coming. */
  async notice<K extends KeeperNotice['notice']>(kind: K, id: string): Promise<Extract<KeeperNotice, { notice: K }>> {
    for (;;) {
      const found = this.notices.find((notice) => notice.notice === kind && 'id' in notice && notice.id === id);
      if (found) return found as Extract<KeeperNotice, { notice: K }>;
      await this.#nextNotice();
    }
  }

  #nextNotice(): Promise<void> {
    return new Promise<void>((resolve) => {
      const listener = () => {
        this.#arrived.delete(listener);
        resolve();
      };
      this.#arrived.add(listener);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const link of this.#links) link.close();
    const { sandboxes, checkpoints } = await this.ask('list', {});
    for (const { id } of sandboxes) await this.ask('kill', { id });
    for (const checkpoint of checkpoints) await this.ask('removeCheckpoint', { checkpoint });
    await this.keeper.close();
    if (isBtrfs(this.pool)) execFileSync('umount', [this.pool]);
    if (!isRoot) execFileSync(AS_MAPPED_ROOT[0]!, [...AS_MAPPED_ROOT.slice(1), 'rm', '-rf', this.pool]);
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function buildImage(target: string, { subvolume }: { subvolume: boolean }): void {
  if (subvolume) execFileSync('btrfs', ['-q', 'subvolume', 'create', target]);
  else mkdirSync(target);
  for (const name of [
    'usr/bin',
    'usr/lib64',
    'usr/lib',
    'tmp',
    'etc',
    'home/user',
    'proc',
    'sys',
    'dev',
    'opt/sandglass/guest',
  ])
    mkdirSync(`${target}/${name}`, { recursive: true });
  for (const name of ['bin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, `${target}/${name}`);
  const programs = PROGRAMS.map((name) => [`/usr/bin/${name}`, `/usr/bin/${name}`] as const).filter(([from]) =>
    existsSync(from),
  );
  for (const [from, to] of [...programs, [process.execPath, '/opt/sandglass/node'] as const]) {
    cpSync(realpathSync(from), `${target}${to}`);
    for (const [library] of execFileSync('ldd', [realpathSync(from)], { encoding: 'utf8' }).matchAll(/\/\S+/g)) {
      const place = `${target}${library.replace(/^\/lib/, '/usr/lib')}`;
      if (existsSync(place)) continue;
      mkdirSync(dirname(place), { recursive: true });
      cpSync(realpathSync(library), place);
    }
  }
  writeFileSync(`${target}/etc/passwd`, 'root:x:0:0::/root:/bin/sh\nuser:x:1000:1000::/home/user:/bin/sh\n');
  const shift = isRoot ? 100_000 : 0;
  const owners = `chown -R ${shift}:${shift} "$1" && chown ${shift + 1_000}:${shift + 1_000} "$1/home/user" && chmod 1777 "$1/tmp"`;
  const [command, ...args] = [...(isRoot ? [] : AS_MAPPED_ROOT), 'sh', '-c', owners, 'sh', target];
  execFileSync(command!, args);
  if (subvolume) execFileSync('btrfs', ['property', 'set', target, 'ro', 'true']);
}

/** Everything on this host that is named after the sandbox, or is one of its processes. Empty after a kill. */
export function residueOf(world: World, id: string): string[] {
  const mounts = execFileSync('cat', ['/proc/mounts'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(id));
  const cgroups = spawnSync('find', ['/sys/fs/cgroup', '-name', id], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter(Boolean);
  const files = spawnSync('find', [world.directory, '-name', `${id}*`, '-not', '-path', '*/opt/*'], {
    encoding: 'utf8',
  })
    .stdout.split('\n')
    .filter(Boolean);
  return [...mounts, ...cgroups, ...files];
}

/** Processes of the host living in user namespaces that are not the host's own. */
export function shiftedProcesses(): number {
  const home = readlinkSync('/proc/self/ns/user');
  return execFileSync('sh', ['-c', 'for p in /proc/[0-9]*; do readlink $p/ns/user; done 2>/dev/null'], {
    encoding: 'utf8',
  })
    .split('\n')
    .filter((line) => line && line !== home).length;
}
