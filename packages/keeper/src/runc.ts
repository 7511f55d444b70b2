/** Levels with root: runc makes the container, the rest is done directly on its control group and namespaces. */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, Socket } from 'node:net';
import { ociConfig } from './bundle.ts';
import {
  emptyCgroup,
  freezeCgroup,
  hasRunOutOfMemory,
  isFrozen,
  limitCgroup,
  readCgroup,
  removeCgroup,
  thawCgroup,
} from './cgroup.ts';
import { Refusal } from './errors.ts';
import { connectLoopback, insideNetwork, killPidfd, listenLoopback } from './native.ts';
import type { Running, Runtime, StartSpec } from './runtime.ts';
import type { KeeperLimits } from './verbs.ts';

const START_TIMEOUT_MS = 10_000;
/** The name the sandbox sees as its own. */
export const hostnameOf = (id: string): string => id.replace(/^[a-z]+_/, '');

export class RuncRuntime implements Runtime {
  readonly limits = { cpu: true, memory: true, pids: true };
  readonly #root: string;
  readonly #homeNetFd = openSync('/proc/self/ns/net', 'r');

  /** @param root where runc keeps its own state */
  constructor(root: string) {
    this.#root = root;
    mkdirSync(root, { recursive: true, mode: 0o700 });
  }

  async start(spec: StartSpec): Promise<number> {
    const config = ociConfig({ ...spec, rootfs: spec.tree.path, hostname: hostnameOf(spec.id) });
    writeFileSync(`${spec.runDir}/config.json`, JSON.stringify(config), { mode: 0o600 });
    const pidFile = `${spec.runDir}/pid`;
    try {
      await this.#runc(spec.runDir, ['run', '-d', '-b', spec.runDir, '--pid-file', pidFile, spec.id]);
      return Number(readFileSync(pidFile, 'utf8'));
    } catch (error) {
      await this.end(spec.id, spec.runDir, null);
      throw error;
    }
  }

  freeze(sandbox: Running): Promise<void> {
    return freezeCgroup(sandbox.id);
  }

  thaw(sandbox: Running): void {
    thawCgroup(sandbox.id);
  }

  isFrozen(sandbox: Running): boolean {
    return isFrozen(sandbox.id);
  }

  stats(sandbox: Running) {
    return readCgroup(sandbox.id);
  }

  setLimits(sandbox: Running, limits: KeeperLimits): void {
    limitCgroup(sandbox.id, limits);
  }

  listen(sandbox: Running, port: number): Promise<Server> {
    const fd = insideNetwork(sandbox.netFd, this.#homeNetFd, () => listenLoopback(port));
    // Until the server has it, this process would take connections too: the guest dials again when one is refused so.
    const server = createServer((early) => early.destroy());
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ fd }, () => resolve(server));
    });
  }

  async connect(sandbox: Running, port: number): Promise<Socket> {
    const fd = insideNetwork(sandbox.netFd, this.#homeNetFd, () => connectLoopback(port));
    // Paused from birth: the first byte is the server's to read.
    return new Socket({ fd, pauseOnCreate: true } as object);
  }

  endReason(id: string): string {
    return hasRunOutOfMemory(id)
      ? 'Its first process ended after the sandbox ran out of memory.'
      : 'Its first process was ended from inside.';
  }

  async end(id: string, _runDir: string, sandbox: Running | null): Promise<void> {
    // The death of a pid namespace's first process takes all others with it, at once.
    if (sandbox) killPidfd(sandbox.pidfd);
    await emptyCgroup(id);
    await removeCgroup(id);
    // All that `runc delete` would do besides; it costs 100 ms.
    rmSync(`${this.#root}/${id}`, { recursive: true, force: true });
  }

  async #runc(runDir: string, args: readonly string[]): Promise<void> {
    const log = `${runDir}/runc.log`;
    rmSync(log, { force: true });
    // The container inherits these three for its life: a memory checkpoint can hold nothing but /dev/null there.
    const none = openSync('/dev/null', 'r+');
    try {
      await run('runc', ['--root', this.#root, '--log', log, '--log-format', 'json', ...args], none);
    } catch (error) {
      const said = existsSync(log) ? lastMessage(readFileSync(log, 'utf8')) : '';
      if (/no space left|disk quota exceeded/i.test(said)) throw Object.assign(new Error(said), { code: 'ENOSPC' });
      throw new Refusal('internal', `runc ${args[0]} failed: ${said || (error as Error).message}`);
    } finally {
      closeSync(none);
    }
  }
}

function run(command: string, args: readonly string[], stdio: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      timeout: START_TIMEOUT_MS,
      killSignal: 'SIGKILL',
      stdio: [stdio, stdio, stdio],
    });
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      code === 0
        ? resolve()
        : reject(new Error(signal ? `did not answer within ${START_TIMEOUT_MS / 1_000} s` : `exit code ${code}`)),
    );
  });
}

function lastMessage(log: string): string {
  for (const line of log.trim().split('\n').reverse()) {
    try {
      const { level, msg } = JSON.parse(line) as { level?: string; msg?: string };
      if (level === 'error' && msg) return msg;
    } catch {}
  }
  return '';
}
