/**
 * The level without root: a sandbox is a process tree in namespaces of its own, made by `unshare` and furnished from within
 * (rootlessInit.ts). Ids inside are the caller's subordinate ids. Pausing is SIGSTOP; there are no control groups.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import type { Server, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Refusal } from './errors.ts';
import { killPidfd } from './native.ts';
import { startTimeOf } from './record.ts';
import type { InitSpec } from './rootlessInit.ts';
import { hostnameOf } from './runc.ts';
import type { Running, Runtime, StartSpec } from './runtime.ts';

/** Runs a command as root of a user namespace that has all ids the sandboxes' files belong to. */
export const AS_MAPPED_ROOT = ['unshare', '--user', '--map-root-user', '--map-auto', '--setgroups', 'allow'];
const NAMESPACES = ['--mount', '--pid', '--fork', '--net', '--uts', '--ipc', '--cgroup'];
const START_TIMEOUT_MS = 10_000;
/** A Node has to start, beside the guest's: a busy or emulated processor takes its seconds for that. */
const HELP_TIMEOUT_MS = 20_000;
const TICKS_TO_USEC = 10_000;
const PAGE_BYTES = 4_096;

const INIT_PROGRAM = import.meta.filename.endsWith('.ts')
  ? ['--import', 'tsx', `${import.meta.dirname}/rootlessInit.ts`]
  : [`${import.meta.dirname}/rootlessInit.mjs`];

/** Runs inside the namespaces of a sandbox and hands its socket over; what connects meanwhile has to dial again. */
const LISTEN = `const s=require('net').createServer((c)=>c.destroy()).on('error',(e)=>process.send(e.code,()=>process.exit()));
s.listen(+process.argv[1],'127.0.0.1',()=>process.send('done',s,()=>process.exit()))`;
const CONNECT = `const s=require('net').connect({port:+process.argv[1],host:'127.0.0.1'}).on('error',(e)=>process.send(e.code,()=>process.exit()));
s.on('connect',()=>{s.pause();process.send('done',s,()=>process.exit())})`;

export class RootlessRuntime implements Runtime {
  readonly limits = { cpu: false, memory: false, pids: true };
  readonly dumpsMemory = false;

  async start(spec: StartSpec): Promise<number> {
    const init: InitSpec = {
      root: spec.tree.path,
      overlay: spec.tree.overlay ?? null,
      hostname: hostnameOf(spec.id),
      binds: spec.binds,
      pids: spec.limits.pids,
      args: spec.args,
      env: spec.env,
    };
    writeFileSync(`${spec.runDir}/init.json`, JSON.stringify(init), { mode: 0o600 });
    const [command, ...rest] = [...AS_MAPPED_ROOT, ...NAMESPACES, process.execPath, ...INIT_PROGRAM];
    const child = spawn(command!, [...rest, `${spec.runDir}/init.json`], {
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    });
    try {
      await once(child, 'spawn');
      writeFileSync(`${spec.runDir}/outer`, `${child.pid} ${startTimeOf(child.pid!)}`);
      const said = await firstWords(child);
      if (said !== 'ready') throw new Refusal('internal', `The sandbox could not be furnished: ${said}`);
      return childOf(child.pid!);
    } catch (error) {
      child.kill('SIGKILL');
      await this.end(spec.id, spec.runDir, null);
      throw error;
    } finally {
      for (const stream of child.stdio) stream?.destroy();
      child.unref();
    }
  }

  /** Again and again until nothing new has been forked in between. */
  async freeze(sandbox: Running): Promise<void> {
    for (let round = 0; round < 200; round++) {
      const moving = processesOf(sandbox.pid).filter(
        (pid) => !['T', 't', 'Z', 'X'].includes(statOf(pid)?.state ?? 'X'),
      );
      if (moving.length === 0) return;
      for (const pid of moving) signal(pid, 'SIGSTOP');
      await delay(1);
    }
    this.thaw(sandbox);
    throw new Refusal(
      'timeout',
      'The sandbox could not be stopped: it starts processes faster than they can be stopped.',
    );
  }

  thaw(sandbox: Running): void {
    for (const pid of processesOf(sandbox.pid)) signal(pid, 'SIGCONT');
  }

  isFrozen(sandbox: Running): boolean {
    return statOf(sandbox.pid)?.state === 'T';
  }

  stats(sandbox: Running) {
    const found = processesOf(sandbox.pid).flatMap((pid) => statOf(pid) ?? []);
    return {
      cpuUsec: found.reduce((sum, { ticks }) => sum + ticks, 0) * TICKS_TO_USEC,
      memoryBytes: found.reduce((sum, { pages }) => sum + pages, 0) * PAGE_BYTES,
      memoryLimitBytes: null,
      // Threads, as a control group counts them and the limit does.
      pids: found.reduce((sum, { threads }) => sum + threads, 0),
    };
  }

  setLimits(): void {}

  async listen(sandbox: Running, port: number): Promise<Server> {
    const server = (await this.#inside(sandbox, LISTEN, port)) as Server;
    return server.on('connection', (early) => early.destroy());
  }

  async connect(sandbox: Running, port: number): Promise<Socket> {
    return ((await this.#inside(sandbox, CONNECT, port)) as Socket).pause();
  }

  async dump(): Promise<void> {
    throw new Refusal('notSupported', 'Memory cannot be written without root.');
  }

  endReason(): string {
    return 'Its first process was ended from inside.';
  }

  async end(_id: string, runDir: string, sandbox: Running | null): Promise<void> {
    if (sandbox) killPidfd(sandbox.pidfd);
    const outer = outerOf(runDir);
    if (!outer) return;
    // Its only child is the sandbox's first process, whose death ends all others.
    for (let attempt = 0; startTimeOf(outer.pid) === outer.startTime && statOf(outer.pid)?.state !== 'Z'; attempt++) {
      for (const pid of childrenOf(outer.pid)) signal(pid, 'SIGKILL');
      if (attempt > 20 && childrenOf(outer.pid).length === 0) signal(outer.pid, 'SIGKILL');
      if (attempt > 2_000) throw new Refusal('timeout', 'Processes of the sandbox do not end. Retry the kill.');
      await delay(attempt < 50 ? 1 : 10);
    }
  }

  async #inside(sandbox: Running, script: string, port: number): Promise<unknown> {
    const where = ['-t', String(sandbox.pid), '-U', '-n', '--preserve-credentials'];
    const helper = spawn('nsenter', [...where, process.execPath, '-e', script, String(port)], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      timeout: HELP_TIMEOUT_MS,
      killSignal: 'SIGKILL',
    });
    const [said, handle] = await new Promise<[unknown, unknown]>((resolve) => {
      helper.once('message', (message, socket) => {
        stopReading(socket);
        resolve([message, socket]);
      });
      helper.once('error', (error) => resolve([error.message, null]));
      helper.once('exit', (_code, signal) =>
        resolve([signal ? `no answer within ${HELP_TIMEOUT_MS / 1_000} s` : 'ended', null]),
      );
    });
    if (said === 'done') return handle;
    throw Object.assign(new Error(`Reaching into the sandbox failed: ${said}`), { code: said });
  }
}

/**
 * Node begins to read a socket that it is given. What were read here would be missing where the socket goes on to; so it is put
 * back as if nobody had begun: the handle, and the stream's belief that bytes are on their way, without which it never asks again.
 */
function stopReading(received: unknown): void {
  const socket = received as ReceivedSocket | undefined;
  if (!socket?._handle?.readStop) return;
  socket._handle.reading = false;
  socket._handle.readStop();
  if (socket._readableState) socket._readableState.reading = false;
}

/** What a received socket cannot be told by options, as `pauseOnCreate` tells one's own. */
interface ReceivedSocket {
  readonly _handle?: { reading?: boolean; readStop?(): void };
  readonly _readableState?: { reading: boolean };
}

function firstWords(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let complaint = '';
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      complaint += chunk;
    });
    (child.stdio[3] as NodeJS.ReadableStream)
      .setEncoding('utf8')
      .once('data', (chunk: string) => resolve(chunk.trim()));
    child.once('exit', () => setImmediate(() => resolve(complaint.trim() || 'it ended at once')));
    setTimeout(() => resolve('it took too long'), START_TIMEOUT_MS).unref();
  });
}

function childOf(pid: number): number {
  const [child] = childrenOf(pid);
  if (child === undefined) throw new Refusal('internal', 'The sandbox ended at once.');
  return child;
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function outerOf(runDir: string): { pid: number; startTime: string } | null {
  try {
    const [pid, startTime] = readFileSync(`${runDir}/outer`, 'utf8').split(' ');
    return { pid: Number(pid), startTime: startTime! };
  } catch {
    return null;
  }
}

/** Every process in the pid namespace of this one. */
function processesOf(first: number): number[] {
  const namespaceOf = (pid: number | string) => {
    try {
      return readlinkSync(`/proc/${pid}/ns/pid`);
    } catch {
      return null;
    }
  };
  const own = namespaceOf(first);
  if (!own) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && namespaceOf(name) === own)
    .map(Number);
}

function statOf(pid: number): { state: string; ticks: number; pages: number; threads: number } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0);
    return { state: fields[0]!, ticks, pages: Number(fields[21]), threads: Number(fields[17]) };
  } catch {
    return null;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {}
}
