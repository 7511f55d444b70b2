/** The real server with its console and no machines (the fake driver), serving a copy of the build that a test may replace. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export class ConsoleServer {
  readonly url: string;
  readonly token: string;
  readonly #home: string;
  readonly #child: ChildProcess;

  private constructor(ready: { url: string; token: string }, home: string, child: ChildProcess) {
    this.url = new URL(ready.url).origin;
    this.token = ready.token;
    this.#home = home;
    this.#child = child;
  }

  static async start(): Promise<ConsoleServer> {
    const home = await mkdtemp(join(tmpdir(), 'sandglass-console-'));
    await cp(join(root, 'apps/web/dist'), join(home, 'console'), { recursive: true });
    const child = spawn(process.execPath, ['apps/api/dist/main.mjs'], {
      cwd: root,
      env: {
        ...process.env,
        SANDGLASS_DRIVER: 'fake',
        SANDGLASS_JSON: '1',
        SANDGLASS_LOG_LEVEL: 'error',
        SANDGLASS_PORT: '0',
        SANDGLASS_DATA_DIR: join(home, 'data'),
        SANDGLASS_CONSOLE_DIR: join(home, 'console'),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const line of createInterface({ input: child.stdout! })) {
      const said = JSON.parse(line) as { url?: string; token?: string };
      if (said.url === undefined || said.token === undefined) continue;
      child.stdout!.resume();
      return new ConsoleServer({ url: said.url, token: said.token }, home, child);
    }
    throw new Error(`The server ended before it was ready (exit code ${child.exitCode}).`);
  }

  /** The address that signs a browser in. */
  get entrance(): string {
    return `${this.url}/#token=${this.token}`;
  }

  /** Puts another build in place of this one: the same console, started by a script of another name; `without`: files it has not. */
  async deploy(without?: RegExp): Promise<void> {
    const folder = join(this.#home, 'console');
    const page = await readFile(join(folder, 'index.html'), 'utf8');
    const entry = /src="\/assets\/(index-[^"]+\.js)"/.exec(page)![1]!;
    const renamed = entry.replace('index-', 'index-next');
    await rename(join(folder, 'assets', entry), join(folder, 'assets', renamed));
    if (without !== undefined)
      for (const name of await readdir(join(folder, 'assets')))
        if (without.test(name)) await rm(join(folder, 'assets', name));
    for (const name of await readdir(folder, { recursive: true }))
      if (/\.(js|html)$/.test(name)) await replaceIn(join(folder, name), entry, renamed);
  }

  /** It answers nothing any more. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    this.#child.kill();
    await once(this.#child, 'close');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.#home, { recursive: true, force: true });
  }
}

async function replaceIn(path: string, before: string, after: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  if (text.includes(before)) await writeFile(path, text.replaceAll(before, after));
}
