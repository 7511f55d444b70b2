/** For tests: the local driver over a real keeper, with a data directory of its own on the shared image pool. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type IpcChannel, Keeper } from '@sandglass/keeper';
import { buildGuest } from './guestWorld.ts';
import { LocalDriver } from './localDriver.ts';
import type { WarmCounts } from './warmPool.ts';

const keeperProgram = fileURLToPath(new URL('../../../../../packages/keeper/test/asChild.ts', import.meta.url));

/** Where `npm start` and `npm test` keep built images. */
export const poolDirectory =
  process.env.SANDGLASS_POOL ??
  (process.getuid?.() === 0 ? '/var/lib/sandglass/keeper/pool' : join(homedir(), '.local/share/sandglass/keeper/pool'));

export const hasImages = existsSync(join(poolDirectory, 'img_base')) || existsSync(`${poolDirectory}.img`);

/** Only seen while the pool is mounted, which it is when images have been built. */
export function hasImage(name: string): boolean {
  return existsSync(join(poolDirectory, `img_${name}`));
}

export class KeeperWorld implements AsyncDisposable {
  readonly dataDir: string;
  readonly keeper: Keeper;
  readonly #child: ChildProcess;
  readonly #warm: WarmCounts;
  readonly #drivers = new Set<LocalDriver>();

  private constructor(options: { dataDir: string; child: ChildProcess; warm: WarmCounts }) {
    this.dataDir = options.dataDir;
    this.#child = options.child;
    this.#warm = options.warm;
    this.keeper = new Keeper(options.child as unknown as IpcChannel);
  }

  static async open(warm: WarmCounts = {}): Promise<KeeperWorld> {
    const dataDir = await mkdtemp(join(tmpdir(), 'sandglass-driver-'));
    await chmod(dataDir, 0o711);
    const child = fork(keeperProgram, [], {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: {
        ...process.env,
        SANDGLASS_DATA_DIR: dataDir,
        SANDGLASS_POOL: poolDirectory,
        SANDGLASS_GUEST_DIR: await buildGuest(),
      },
    });
    const world = new KeeperWorld({ dataDir, child, warm });
    await world.keeper.ask('info', {});
    return world;
  }

  async openDriver(): Promise<LocalDriver> {
    const driver = await LocalDriver.open({
      keeper: this.keeper,
      stateDir: join(this.dataDir, 'local'),
      warm: this.#warm,
    });
    this.#drivers.add(driver);
    return driver;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const driver of this.#drivers) await driver.close();
    const { sandboxes, checkpoints } = await this.keeper.ask('list', {});
    for (const { id } of sandboxes) await this.keeper.ask('kill', { id });
    for (const checkpoint of checkpoints) await this.keeper.ask('removeCheckpoint', { checkpoint });
    this.#child.disconnect();
    await once(this.#child, 'exit');
    await rm(this.dataDir, { recursive: true, force: true });
  }
}
