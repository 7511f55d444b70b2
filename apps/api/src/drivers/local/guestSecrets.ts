/** What guests prove themselves with, kept for the next start of the server. One small file a sandbox, readable by us alone. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckpointId, SandboxId } from '@sandglass/protocol';

export class GuestSecrets {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async open(directory: string): Promise<GuestSecrets> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return new GuestSecrets(directory);
  }

  async put(id: SandboxId | CheckpointId, secret: string): Promise<void> {
    const path = join(this.#directory, id);
    await writeFile(`${path}.new`, secret, { mode: 0o600 });
    await rename(`${path}.new`, path);
  }

  async find(id: SandboxId | CheckpointId): Promise<string | null> {
    return readFile(join(this.#directory, id), 'utf8').catch(() => null);
  }

  async remove(id: SandboxId | CheckpointId): Promise<void> {
    await rm(join(this.#directory, id), { force: true });
  }

  async ids(): Promise<string[]> {
    return (await readdir(this.#directory)).filter((name) => !name.endsWith('.new'));
  }
}
