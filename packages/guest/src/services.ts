/** Programs the image brings along and the guest keeps running: the desktop, the browser, the kernels of a code interpreter. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { killGroup } from './execs.ts';
import { type Spawning, withChildScore } from './spawning.ts';

const FIRST_BACKOFF_MS = 100;
const LAST_BACKOFF_MS = 10_000;
/** Ran this long: the next start is a fresh one, without waiting. */
const STABLE_MS = 10_000;

/** Left by an X server that was ended hard, or by the live desktop of a checkpoint; they keep the next one from starting. */
const STALE_LOCKS = ['/tmp/.X1-lock', '/tmp/.X11-unix/X1'];

const drawsScreen = (path: string): boolean => /\/(desktop|browser)-start$/.test(path);

export class Services {
  readonly #spawning: Spawning;
  readonly #user: string;
  readonly #programs: readonly string[];
  readonly #running = new Map<string, ChildProcess>();
  #environment: Readonly<Record<string, string>> = {};
  #closed = false;

  constructor(spawning: Spawning, user: string, directory: string) {
    this.#spawning = spawning;
    this.#user = user;
    this.#programs = ['desktop-start', 'browser-start', 'code-interpreter-start']
      .map((name) => `${directory}/${name}`)
      .filter((p) => existsSync(p));
  }

  get hasScreen(): boolean {
    return this.#programs.some((path) => path.endsWith('/desktop-start'));
  }

  /** There is an X server: a desktop's, or the browser's own. */
  get drawsWindows(): boolean {
    return this.#programs.some(drawsScreen);
  }

  /** Starts what does not run; what runs with another environment (a warm desktop that got an owner) is started anew. */
  start(environment: Readonly<Record<string, string>>, { screen }: { screen: boolean }): void {
    const changed = JSON.stringify(environment) !== JSON.stringify(this.#environment);
    this.#environment = environment;
    for (const program of this.#programs) {
      if (drawsScreen(program) && !screen) continue;
      const child = this.#running.get(program);
      if (!child) this.#run(program, FIRST_BACKOFF_MS);
      else if (changed && child.pid !== undefined) killGroup(child.pid, 'SIGTERM');
    }
  }

  close(): void {
    this.#closed = true;
  }

  #run(program: string, backoffMs: number): void {
    for (const lock of STALE_LOCKS) rmSync(lock, { force: true });
    const place = this.#spawning.place({ user: this.#user, environment: this.#environment });
    const startedAtMs = performance.now();
    let child: ChildProcess;
    try {
      child = withChildScore(() =>
        spawn(program, [], { cwd: place.cwd, env: place.environment, detached: true, stdio: 'ignore', ...place.ids }),
      );
    } catch {
      setTimeout(() => !this.#closed && this.#run(program, LAST_BACKOFF_MS), LAST_BACKOFF_MS);
      return;
    }
    this.#running.set(program, child);
    let over = false;
    const again = () => {
      if (over || this.#closed) return;
      over = true;
      const stable = performance.now() - startedAtMs > STABLE_MS;
      const waitMs = stable ? FIRST_BACKOFF_MS : backoffMs;
      setTimeout(() => {
        if (!this.#closed) this.#run(program, Math.min(waitMs * 2, LAST_BACKOFF_MS));
      }, waitMs);
    };
    child.on('error', again);
    child.on('exit', again);
  }
}
