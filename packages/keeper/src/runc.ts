/** Levels with root: runc makes the container, the rest is done directly on its control group and namespaces. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, Socket } from 'node:net';
import { ociConfig, SHIFT } from './bundle.ts';
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
import { CONFIGURATION, firstComplaint, pathWith, writeConfiguration } from './criu.ts';
import { Refusal } from './errors.ts';
import { connectLoopback, insideNamespace, killPidfd, listenLoopback, raiseLoopback, setHostname } from './native.ts';
import type { Running, Runtime, StartSpec } from './runtime.ts';
import type { KeeperLimits } from './verbs.ts';

const START_TIMEOUT_MS = 10_000;
/** Gigabytes of memory are written or read here. */
const MEMORY_TIMEOUT_MS = 120_000;
/** The name the sandbox sees as its own. */
export const hostnameOf = (id: string): string => id.replace(/^[a-z]+_/, '');

export class RuncRuntime implements Runtime {
  readonly limits = { cpu: true, memory: true, pids: true };
  readonly dumpsMemory: boolean;
  readonly #root: string;
  readonly #path: string;
  readonly #homeNetFd = openSync('/proc/self/ns/net', 'r');
  readonly #homeNameFd = openSync('/proc/self/ns/uts', 'r');

  /** @param root where runc keeps its own state; `criu` only when it has proved itself here */
  constructor(root: string, criu: string | null = null) {
    this.#root = root;
    this.#path = pathWith(criu);
    this.dumpsMemory = criu !== null;
    mkdirSync(root, { recursive: true, mode: 0o700 });
  }

  async start(spec: StartSpec): Promise<number> {
    const { id, runDir } = spec;
    const annotations = { [CONFIGURATION]: `${runDir}/criu.conf` };
    const config = ociConfig({ ...spec, rootfs: spec.tree.path, hostname: hostnameOf(id), annotations });
    writeFileSync(`${runDir}/config.json`, JSON.stringify(config), { mode: 0o600 });
    const how = ['-d', '-b', runDir, '--pid-file', `${runDir}/pid`];
    // A keyring of its own would count for the one user that all sandboxes are mapped to, of whose keys the kernel allows 200;
    // the calls that reach a keyring are denied to them anyway.
    try {
      if (spec.memoryFrom) await this.#restore(spec, spec.memoryFrom, how);
      else await this.#runc(runDir, ['run', '--no-new-keyring', ...how, id]);
      const pid = Number(readFileSync(`${runDir}/pid`, 'utf8'));
      if (spec.memoryFrom) this.#makeOwn(id, pid);
      return pid;
    } catch (error) {
      await this.end(id, runDir, null);
      throw error;
    }
  }

  async #restore(spec: StartSpec, images: string, how: readonly string[]): Promise<void> {
    const work = `${spec.runDir}/criu`;
    mkdirSync(work, { recursive: true, mode: 0o700 });
    writeConfiguration(`${spec.runDir}/criu.conf`, 'restore');
    const what = ['restore', ...how, '--image-path', images, '--work-path', work, spec.id];
    try {
      await this.#runc(spec.runDir, what, MEMORY_TIMEOUT_MS);
    } catch (error) {
      const said = firstComplaint(`${work}/restore.log`) || (error as Error).message;
      throw new Refusal(
        'internal',
        `Its memory could not be brought back: ${said}. Its files can: start it without memory.`,
      );
    }
  }

  /** A copy comes back under its source's name and with its loopback down. */
  #makeOwn(id: string, pid: number): void {
    const net = openSync(`/proc/${pid}/ns/net`, 'r');
    const names = openSync(`/proc/${pid}/ns/uts`, 'r');
    try {
      insideNamespace(net, this.#homeNetFd, raiseLoopback);
      insideNamespace(names, this.#homeNameFd, () => setHostname(hostnameOf(id)));
    } finally {
      closeSync(net);
      closeSync(names);
    }
  }

  async dump(sandbox: Running, runDir: string, images: string): Promise<void> {
    const work = `${runDir}/criu`;
    mkdirSync(work, { recursive: true, mode: 0o700 });
    // The restored processes read it through a handle they get, as root of their user namespace; the way to it stays shut.
    mkdirSync(images, { mode: 0o710 });
    chownSync(images, 0, SHIFT);
    writeConfiguration(`${runDir}/criu.conf`, 'dump');
    const what = ['checkpoint', '--leave-running', '--image-path', images, '--work-path', work, sandbox.id];
    try {
      await this.#runc(runDir, what, MEMORY_TIMEOUT_MS);
    } catch (error) {
      throw new Refusal('notSupported', firstComplaint(`${work}/dump.log`) || (error as Error).message);
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
    const fd = insideNamespace(sandbox.netFd, this.#homeNetFd, () => listenLoopback(port));
    // Until the server has it, this process would take connections too: the guest dials again when one is refused so.
    const server = createServer((early) => early.destroy());
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ fd }, () => resolve(server));
    });
  }

  async connect(sandbox: Running, port: number): Promise<Socket> {
    const fd = insideNamespace(sandbox.netFd, this.#homeNetFd, () => connectLoopback(port));
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

  async #runc(runDir: string, args: readonly string[], timeoutMs = START_TIMEOUT_MS): Promise<void> {
    const log = `${runDir}/runc.log`;
    rmSync(log, { force: true });
    // The container inherits these three for its life: a memory checkpoint can hold nothing but /dev/null there.
    const none = openSync('/dev/null', 'r+');
    try {
      const child = spawn('runc', ['--root', this.#root, '--log', log, '--log-format', 'json', ...args], {
        stdio: [none, none, none],
        env: { PATH: this.#path },
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
      });
      const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
      if (code !== 0) throw new Error(signal ? `no answer within ${timeoutMs / 1_000} s` : `exit code ${code}`);
    } catch (error) {
      const said = existsSync(log) ? lastMessage(readFileSync(log, 'utf8')) : '';
      if (/no space left|disk quota exceeded/i.test(said)) throw Object.assign(new Error(said), { code: 'ENOSPC' });
      throw new Refusal('internal', `runc ${args[0]} failed: ${said || (error as Error).message}`);
    } finally {
      closeSync(none);
    }
  }
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
