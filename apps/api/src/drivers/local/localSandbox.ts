/** One sandbox of this host: the keeper for what is outside it, the guest for what is inside. */
import type { Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Keeper } from '@sandglass/keeper';
import {
  AppError,
  type Capabilities,
  type CheckpointId,
  type ExecId,
  type Limits,
  type PortInfo,
  type ProcessInfo,
  type SandboxId,
  type Signal,
  type TerminalId,
} from '@sandglass/protocol';
import type { DriverSandbox, ExecSpec, SandboxFiles, TerminalSpec } from '../../sandboxes/driver.ts';
import { GuestFiles } from './guestFiles.ts';
import type { GuestLink } from './guestLink.ts';
import { asked, fromKeeper } from './keeperErrors.ts';

const SCREEN_PORT = 5901;
/** A desktop takes half a second to start, on a busy host some. */
const SCREEN_PATIENCE_MS = 10_000;
const SCREEN_RETRY_MS = 50;

/** What only the driver can do for its sandbox. */
export interface LocalHost {
  readonly keeper: Keeper;
  /** Ends it and starts it again from a checkpoint; returns the new link. */
  restore(checkpoint: CheckpointId, memory: boolean): Promise<GuestLink>;
  /** The checkpoint holds memory: its guest will come back with this sandbox's secret. */
  checkpointed(checkpoint: CheckpointId, memory: boolean): Promise<void>;
  /** Host objects are gone; nothing more is to be heard of it. */
  killed(): Promise<void>;
  released(): void;
}

type State = 'running' | 'frozen' | 'restoring' | 'ended';

export class LocalSandbox implements DriverSandbox {
  readonly id: SandboxId;
  readonly capabilities: Capabilities;
  readonly files: SandboxFiles;
  readonly #host: LocalHost;
  #link: GuestLink;
  #state: State;

  constructor(options: {
    id: SandboxId;
    capabilities: Capabilities;
    host: LocalHost;
    link: GuestLink;
    frozen: boolean;
  }) {
    this.id = options.id;
    this.capabilities = options.capabilities;
    this.#host = options.host;
    this.#link = options.link;
    this.#state = options.frozen ? 'frozen' : 'running';
    this.files = new GuestFiles(() => this.#guest());
  }

  /** True while its end is ours and not news. */
  get expectsEnd(): boolean {
    return this.#state === 'restoring' || this.#state === 'ended';
  }

  /** It is over; the link is closed and every method fails with `gone`. */
  end(reason: string): void {
    this.#state = 'ended';
    this.#link.close(new AppError('sandboxLost', reason));
  }

  async running(): Promise<{ terminals: readonly TerminalId[]; execs: readonly ExecId[] }> {
    const { terminals, execs } = this.#link.outputs;
    return { terminals, execs };
  }

  async openTerminal(spec: TerminalSpec): Promise<{ pid?: number | undefined }> {
    const link = this.#guest();
    const { id, ...rest } = spec;
    link.outputs.addTerminal(id);
    link.inputs.open(id);
    try {
      return await link.ask('openTerminal', { terminal: id, ...rest });
    } catch (error) {
      link.outputs.remove(id);
      link.inputs.close(id);
      throw error;
    }
  }

  async writeTerminal(terminal: TerminalId, text: string): Promise<void> {
    await this.#guest().inputs.write(terminal, Buffer.from(text, 'utf8'));
  }

  async resizeTerminal(terminal: TerminalId, columns: number, rows: number): Promise<void> {
    const link = this.#guest();
    await link.ask('resizeTerminal', { terminal, columns, rows });
    await link.outputs.resized(terminal, columns, rows);
  }

  async closeTerminal(terminal: TerminalId): Promise<void> {
    await this.#guest().ask('closeTerminal', { terminal });
  }

  async startExec(spec: ExecSpec): Promise<{ pid?: number | undefined }> {
    const link = this.#guest();
    const { id, ...rest } = spec;
    link.outputs.addExec(id);
    if (spec.stdin) link.inputs.open(`${id}/0`);
    try {
      return await link.ask('startExec', { exec: id, ...rest });
    } catch (error) {
      link.outputs.remove(id);
      link.inputs.close(`${id}/0`);
      throw error;
    }
  }

  async writeStdin(exec: ExecId, bytes: Uint8Array): Promise<void> {
    await this.#guest().inputs.write(`${exec}/0`, bytes);
  }

  async closeStdin(exec: ExecId): Promise<void> {
    this.#guest().inputs.end(`${exec}/0`);
  }

  async signalExec(exec: ExecId, signal: Signal): Promise<void> {
    await this.#guest().ask('signalExec', { exec, signal });
  }

  async processes(): Promise<ProcessInfo[]> {
    return (await this.#guest().ask('processes', {})).items;
  }

  async signalProcess(pid: number, signal: Signal): Promise<void> {
    await this.#guest().ask('signalProcess', { pid, signal });
  }

  async ports(): Promise<Omit<PortInfo, 'previewUrl'>[]> {
    return (await this.#guest().ask('ports', {})).items;
  }

  async openScreen(): Promise<Duplex> {
    if (this.capabilities.screen !== 'rfb') throw new AppError('notSupported', 'This sandbox has no screen.');
    const untilMs = performance.now() + SCREEN_PATIENCE_MS;
    for (;;) {
      this.#guest();
      try {
        return await this.#connect(SCREEN_PORT);
      } catch (error) {
        const failure = fromKeeper(error);
        if (failure.code !== 'portClosed') throw failure;
        if (performance.now() > untilMs) {
          throw new AppError('unavailable', 'The desktop of the sandbox does not start.', { cause: failure });
        }
        await new Promise((resolve) => setTimeout(resolve, SCREEN_RETRY_MS));
      }
    }
  }

  async connectPort(port: number): Promise<Duplex> {
    this.#guest();
    return asked(this.#connect(port));
  }

  async listenPort(port: number): Promise<Server> {
    this.#notEnded();
    return asked(this.#host.keeper.listen(this.id, port));
  }

  async stats(): ReturnType<DriverSandbox['stats']> {
    this.#notEnded();
    return asked(this.#host.keeper.ask('stats', { id: this.id }));
  }

  async freeze(): Promise<void> {
    this.#notEnded();
    // Paused first: what is asked now and answered after the thaw is not late.
    this.#link.pause();
    try {
      await asked(this.#host.keeper.ask('freeze', { id: this.id }));
      this.#state = 'frozen';
    } catch (error) {
      if (this.#state !== 'frozen') this.#link.resume();
      throw error;
    }
  }

  async thaw(): Promise<void> {
    this.#notEnded();
    await asked(this.#host.keeper.ask('thaw', { id: this.id }));
    this.#state = 'running';
    this.#link.resume();
  }

  async checkpoint(checkpoint: CheckpointId, memory: boolean): ReturnType<DriverSandbox['checkpoint']> {
    this.#notEnded();
    this.#link.pause();
    try {
      const reply = await asked(this.#host.keeper.ask('snapshot', { id: this.id, checkpoint, memory }));
      await this.#host.checkpointed(checkpoint, reply.memory);
      return reply;
    } finally {
      if (this.#state !== 'frozen') this.#link.resume();
    }
  }

  async restore(checkpoint: CheckpointId, memory: boolean): Promise<void> {
    this.#notEnded();
    this.#state = 'restoring';
    this.#link.close(
      new AppError('sandboxLost', 'The sandbox was put back to a checkpoint; its processes have ended.'),
    );
    this.#link = await asked(this.#host.restore(checkpoint, memory));
    this.#state = 'running';
  }

  async setLimits(limits: Limits): Promise<void> {
    this.#notEnded();
    await asked(this.#host.keeper.ask('setLimits', { id: this.id, limits }));
  }

  async kill(): Promise<void> {
    this.end('The sandbox was killed.');
    await asked(this.#host.keeper.ask('kill', { id: this.id }));
    await this.#host.killed();
  }

  async release(): Promise<void> {
    this.#state = 'ended';
    this.#link.close(new AppError('unavailable', 'The server is stopping.'));
    this.#host.released();
  }

  async #connect(port: number): Promise<Socket> {
    const socket = await this.#host.keeper.connect(this.id, port);
    socket.setNoDelay(true);
    return socket;
  }

  #guest(): GuestLink {
    this.#notEnded();
    if (this.#state === 'frozen') throw new AppError('wrongState', 'The sandbox is frozen. Thaw it first.');
    if (this.#state === 'restoring') throw new AppError('wrongState', 'The sandbox is being restored. Try again.');
    return this.#link;
  }

  #notEnded(): void {
    if (this.#state === 'ended') throw new AppError('gone', 'The sandbox has ended.');
  }
}
