/** For tests: a real guest as an ordinary child process of this machine, a real link, and a sink that remembers. No sandbox. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { chmod, copyFile, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer, type Server } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecId, Exit, FileChange, ScreenWindows, TerminalId } from '@sandglass/protocol';
import type { SandboxSink } from '../../sandboxes/driver.ts';
import { GuestLink } from './guestLink.ts';

export const testSecret = 'ab'.repeat(24);
export const testUser = userInfo().username;

/** Keeps every byte by stream, and lets a test wait for what it expects. */
export class MemorySink implements SandboxSink {
  readonly bytes = new Map<string, Buffer[]>();
  readonly sizes = new Map<string, number>();
  readonly exits = new Map<string, { exit: Exit; timedOut: boolean }>();
  readonly resizes: { terminal: TerminalId; columns: number; rows: number; at: number }[] = [];
  readonly changes: FileChange[] = [];
  windows: ScreenWindows | null = null;
  lostReason: string | null = null;
  /** Set to hold acknowledgements back. */
  gate: Promise<void> | null = null;
  keepBytes = true;
  #watchers = new Set<() => void>();

  terminalOffset(terminal: TerminalId): number {
    return this.sizes.get(terminal) ?? 0;
  }
  terminalData(terminal: TerminalId, offset: number, bytes: Uint8Array): void | Promise<void> {
    return this.#take(terminal, offset, bytes);
  }
  terminalResized(terminal: TerminalId, columns: number, rows: number): void {
    this.resizes.push({ terminal, columns, rows, at: this.terminalOffset(terminal) });
  }
  terminalExited(terminal: TerminalId, exit: Exit): void {
    this.exits.set(terminal, { exit, timedOut: false });
    this.#tell();
  }
  execOffset(exec: ExecId, stream: 'stdout' | 'stderr'): number {
    return this.sizes.get(`${exec} ${stream}`) ?? 0;
  }
  execData(exec: ExecId, stream: 'stdout' | 'stderr', offset: number, bytes: Uint8Array): void | Promise<void> {
    return this.#take(`${exec} ${stream}`, offset, bytes);
  }
  execExited(exec: ExecId, exit: Exit, timedOut: boolean): void {
    this.exits.set(exec, { exit, timedOut });
    this.#tell();
  }
  fileChanges(changes: readonly FileChange[]): void {
    this.changes.push(...changes);
    this.#tell();
  }
  pointerSeen(): void {}
  windowsSeen(windows: ScreenWindows): void {
    this.windows = windows;
    this.#tell();
  }
  lost(reason: string): void {
    this.lostReason = reason;
    this.#tell();
  }

  text(key: string): string {
    return Buffer.concat(this.bytes.get(key) ?? []).toString('utf8');
  }

  async until(ready: () => boolean, timeoutMs = 10_000): Promise<void> {
    if (ready()) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#watchers.delete(look);
        reject(new Error(`Waited ${timeoutMs} ms in vain.`));
      }, timeoutMs);
      const look = () => {
        if (!ready()) return;
        clearTimeout(timer);
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
    });
  }

  async exit(id: string): Promise<{ exit: Exit; timedOut: boolean }> {
    await this.until(() => this.exits.has(id));
    return this.exits.get(id)!;
  }

  #take(key: string, offset: number, bytes: Uint8Array): void | Promise<void> {
    const have = this.sizes.get(key) ?? 0;
    if (offset !== have) throw new Error(`${key}: got ${offset}, had ${have}`);
    this.sizes.set(key, have + bytes.length);
    if (this.keepBytes) {
      const list = this.bytes.get(key) ?? [];
      list.push(Buffer.from(bytes));
      this.bytes.set(key, list);
    }
    this.#tell();
    if (this.gate) return this.gate;
  }

  #tell(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }
}

export interface GuestWorld extends AsyncDisposable {
  link: GuestLink;
  readonly sink: MemorySink;
  readonly guest: ChildProcess;
  readonly directory: string;
  readonly port: number;
  /** As after a restart of the server: same listener address, new link; `sink` stays, as the log does. */
  restartServer(): Promise<void>;
  /** Nobody listens any more. */
  stopServer(): Promise<void>;
}

let built: Promise<string> | null = null;

/** Built once for all tests of a file. */
export function buildGuest(): Promise<string> {
  built ??= build();
  return built;
}

async function build(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'sandglass-guest-'));
  // The root of a sandbox is nobody here, and must be able to read it.
  await chmod(directory, 0o755);
  const require = createRequire(import.meta.url);
  const esbuild = await import('esbuild');
  await esbuild.build({
    entryPoints: [fileURLToPath(new URL('../../../../../packages/guest/src/main.ts', import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    define: { 'import.meta.url': 'moduleUrl' },
    banner: { js: "const moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
    target: 'node20',
    outfile: join(directory, 'guest.cjs'),
    logLevel: 'silent',
  });
  await copyFile(
    require.resolve(`@lydell/node-pty-${process.platform}-${process.arch}/pty.node`),
    join(directory, 'pty.node'),
  );
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

async function listen(port: number): Promise<Server> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

export async function startGuestWorld(options: { sink?: MemorySink } = {}): Promise<GuestWorld> {
  const code = await buildGuest();
  const directory = await mkdtemp(join(tmpdir(), 'sandglass-world-'));
  const sink = options.sink ?? new MemorySink();
  const createLink = () => {
    const link = new GuestLink({ secret: testSecret, onGone: () => sink.lost('gone') });
    link.sink = sink;
    return link;
  };
  const server = await listen(0);
  const { port } = server.address() as { port: number };
  let link = createLink();
  link.attach(server);
  const guest = spawn(process.execPath, [join(code, 'guest.cjs')], {
    env: {
      ...process.env,
      SANDGLASS_GUEST_PORT: String(port),
      SANDGLASS_GUEST_SECRET: testSecret,
      SANDGLASS_GUEST_USER: testUser,
      SANDGLASS_GUEST_SERVICES: directory,
      SANDGLASS_GUEST_PIPES: directory,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await link.arrival(10_000);
  const world: GuestWorld = {
    get link() {
      return link;
    },
    set link(value) {
      link = value;
    },
    sink,
    guest,
    directory,
    port,
    async stopServer() {
      link.close();
    },
    async restartServer() {
      link.close();
      link = createLink();
      link.attach(await listen(port));
      await link.arrival(10_000);
    },
    async [Symbol.asyncDispose]() {
      link.close();
      if (guest.exitCode === null && guest.signalCode === null) {
        guest.kill('SIGKILL');
        await once(guest, 'exit');
      }
      // A program that makes its pipes may outlive it by a moment.
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return world;
}
