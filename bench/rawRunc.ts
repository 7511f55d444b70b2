/**
 * The raw mechanism under `create`: `runc run` of the same image with the same guest, and a first command answered by it, with
 * nothing of ours around. The guest dials a listener of this process, so the container shares the host's network.
 */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeMessage, FrameReader } from '@sandglass/protocol/guestFrame';

const guestDir = fileURLToPath(new URL('../packages/guest/dist', import.meta.url));
const SECRET = 'ab'.repeat(32);

export class RawRunc {
  readonly #bundle = mkdtempSync(join(tmpdir(), 'sandglass-raw-'));
  readonly #rootfs: string;
  readonly #server = createServer();
  #count = 0;

  /** `pool`: where img_base is. Makes one writable root for all its runs, as cheap as it gets. */
  constructor(pool: string) {
    this.#rootfs = join(pool, `raw_${process.pid}`);
    execFileSync('btrfs', ['-q', 'subvolume', 'snapshot', join(pool, 'img_base'), this.#rootfs]);
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const { port } = this.#server.address() as { port: number };
    execFileSync('runc', ['spec'], { cwd: this.#bundle });
    const file = join(this.#bundle, 'config.json');
    const config = JSON.parse(readFileSync(file, 'utf8'));
    config.root = { path: this.#rootfs, readonly: false };
    config.process.terminal = false;
    config.process.args = ['/usr/bin/tini', '-s', '--', '/opt/sandglass/node', '/opt/sandglass/guest/guest.cjs'];
    config.process.env = ['PATH=/usr/bin:/bin', `SANDGLASS_GUEST_PORT=${port}`, `SANDGLASS_GUEST_SECRET=${SECRET}`];
    const capabilities = ['CAP_SETUID', 'CAP_SETGID', 'CAP_CHOWN', 'CAP_KILL', 'CAP_DAC_OVERRIDE', 'CAP_FOWNER'];
    config.process.capabilities = { bounding: capabilities, effective: capabilities, permitted: capabilities };
    delete config.process.rlimits;
    // sysfs cannot be mounted in a user namespace that shares the host's network.
    config.mounts = config.mounts.filter((mount: { destination: string }) => !mount.destination.startsWith('/sys'));
    config.mounts.push({
      destination: '/opt/sandglass/guest',
      type: 'bind',
      source: guestDir,
      options: ['bind', 'ro'],
    });
    for (const mount of config.mounts) mount.options = mount.options?.filter((option: string) => option !== 'gid=5');
    config.linux.namespaces = ['pid', 'ipc', 'uts', 'mount', 'user'].map((type) => ({ type }));
    config.linux.uidMappings = [{ containerID: 0, hostID: 100_000, size: 65_536 }];
    config.linux.gidMappings = config.linux.uidMappings;
    writeFileSync(file, JSON.stringify(config));
  }

  /** Starts one, waits for its first command, removes it (not counted). Milliseconds. */
  async once(): Promise<number> {
    const id = `sandglass-raw-${process.pid}-${this.#count++}`;
    const answered = this.#firstCommand();
    const from = performance.now();
    execFile('runc', ['run', '-d', '-b', this.#bundle, id], (error) => error && process.stderr.write(`${error}\n`));
    await answered;
    const ms = performance.now() - from;
    execFileSync('runc', ['delete', '-f', id]);
    return ms;
  }

  close(): void {
    this.#server.close();
    execFileSync('btrfs', ['-q', 'subvolume', 'delete', this.#rootfs], { stdio: 'ignore' });
    rmSync(this.#bundle, { recursive: true, force: true });
  }

  #firstCommand(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('connection', (socket: Socket) => {
        const reader = new FrameReader();
        const send = (message: unknown): boolean => socket.write(encodeMessage(message));
        const args = { exec: 'exe_aaaaaaaaaa', command: ['/bin/true'], environment: {}, user: 'user', stdin: false };
        socket.on('error', reject).on('data', (bytes) => {
          for (const frame of reader.push(bytes)) {
            if (frame.type !== 'message') continue;
            const message = JSON.parse(frame.json) as { type: string; message?: string };
            if (message.type === 'hello') {
              send({ type: 'welcome', streams: [] });
              send({
                type: 'request',
                id: 1,
                op: 'configure',
                args: { hostname: 'raw', environment: {}, screen: null, watch: false },
              });
              send({ type: 'request', id: 2, op: 'startExec', args });
            } else if (message.type === 'error') reject(new Error(message.message));
            else if (message.type === 'execExited') {
              socket.destroy();
              resolve();
            }
          }
        });
      });
    });
  }
}
