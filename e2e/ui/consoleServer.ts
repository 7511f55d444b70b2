/** The real server with its console and no machines (the fake driver), serving a copy of the build that a test may replace. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
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

  /** Puts another build in place of this one: the same console, every script of it under another name, as when its first changed. */
  async deploy(): Promise<void> {
    const folder = join(this.#home, 'console');
    const all = (await readdir(folder, { recursive: true })).filter((name) => /\.(js|html)$/.test(name));
    const renamed = new Map<string, string>();
    for (const path of all.filter((name) => name.startsWith('assets/') && name.endsWith('.js'))) {
      const next = basename(path).replace('-', '-next');
      renamed.set(basename(path), next);
      await rename(join(folder, path), join(folder, dirname(path), next));
    }
    for (const path of all) {
      const file = join(folder, dirname(path), renamed.get(basename(path)) ?? basename(path));
      const text = await readFile(file, 'utf8');
      await writeFile(
        file,
        text.replace(/[\w.@-]+\.js\b/g, (name) => renamed.get(name) ?? name),
      );
    }
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
