/** A real server of one's own: started as a user would, on a free port, with a data directory that goes away with it. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));

export interface Ready {
  readonly url: string;
  readonly token: string;
  readonly dataDir: string;
  readonly level: string;
}

export class Server {
  readonly dataDir: string;
  readonly #environment: Readonly<Record<string, string>>;
  #process: ChildProcess | undefined;
  #port = '0';
  ready!: Ready;
  /** What it told its user, since the last start. */
  said = '';

  private constructor(dataDir: string, environment: Readonly<Record<string, string>>) {
    this.dataDir = dataDir;
    this.#environment = environment;
  }

  static async start(environment: Readonly<Record<string, string>> = {}): Promise<Server> {
    const server = new Server(await mkdtemp(join(tmpdir(), 'sandglass-e2e-')), environment);
    await server.launch();
    return server;
  }

  /** Also used to come back after `crash` or `stop`: same data, same port, same token. */
  async launch(): Promise<void> {
    const child = spawn(
      process.execPath,
      [
        'scripts/setup.mjs',
        'start',
        '--',
        '--json',
        '--no-open',
        '--yes',
        '--port',
        this.#port,
        '--data-dir',
        this.dataDir,
      ],
      { cwd: root, env: { ...process.env, ...this.#environment }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.#process = child;
    this.said = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.said += text;
      process.stderr.write(text);
    });
    for await (const line of createInterface({ input: child.stdout! })) {
      if (!line.startsWith('{')) continue;
      this.ready = JSON.parse(line) as Ready;
      this.#port = new URL(this.ready.url).port;
      child.stdout!.resume();
      return;
    }
    throw new Error(`The server ended before it was ready (exit code ${child.exitCode}).`);
  }

  get origin(): string {
    return new URL(this.ready.url).origin;
  }

  /** `kill -9` of the server alone; its parent starts it again. */
  async killServer(): Promise<void> {
    process.kill(await this.serverPid(), 'SIGKILL');
  }

  /** The process that runs the api. */
  async serverPid(): Promise<number> {
    return await findServer(this.#process!.pid!);
  }

  /** `kill -9` of everything that was started, at once; `launch` comes back. */
  async crash(): Promise<void> {
    const child = this.#process!;
    const exited = once(child, 'exit');
    const pid = await this.serverPid();
    for (const each of [child.pid!, ...(await below(child.pid!)), pid]) killIfThere(each);
    await exited;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'close');
  }

  /** Stops, and removes its data. Sandboxes must have been killed before. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    // A pool of its own stays mounted, as sandboxes outlive their server; here there are none any more.
    await promisify(execFile)('umount', [join(this.dataDir, 'keeper/pool')]).catch(() => {});
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {}
}

/** Parent of every process. */
async function readParents(): Promise<Map<number, number>> {
  const parents = new Map<number, number>();
  for (const name of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  return parents;
}

/** Programs of ours below `ancestor`; sandboxes are nobody's children. */
async function below(ancestor: number): Promise<number[]> {
  const parents = await readParents();
  return [...parents.keys()].filter((pid) => {
    for (let at = parents.get(pid); at; at = parents.get(at)) if (at === ancestor) return true;
    return false;
  });
}

/** The process below `ancestor` that runs the api. */
async function findServer(ancestor: number): Promise<number> {
  const parents = await readParents();
  let found: number | undefined;
  for (const pid of parents.keys()) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (!command.includes('apps/api/dist/main.mjs')) continue;
    for (let at: number | undefined = pid; at; at = parents.get(at)) if (at === ancestor) found = pid;
  }
  if (found === undefined) throw new Error('The server process was not found.');
  return found;
}
