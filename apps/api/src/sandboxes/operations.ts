/** Freeze, thaw, checkpoint, restore and kill: what was asked is shown at once, what happens is one after the other. */
import { AppError, type Exit, type TerminalId, toAppError } from '@sandglass/protocol';
import type { Gates } from '../gate/gates.ts';
import type { Attachments } from './attachments.ts';
import type { DriverSandbox } from './driver.ts';
import { type By, bySystem, type SandboxEntry } from './entry.ts';
import { type Operation, refusal } from './lifecycle.ts';
import type { Lifetimes } from './lifetimes.ts';
import type { SandboxRoom } from './room.ts';

type Running = Awaited<ReturnType<DriverSandbox['running']>>;

const KILLED: Exit = { code: null, signal: 'SIGKILL' };

export class Operations {
  readonly #room: SandboxRoom;
  readonly #attachments: Attachments;
  readonly #kills = new Map<SandboxEntry, Promise<void>>();
  #lifetimes: Lifetimes | undefined;
  #gates: Pick<Gates, 'end'> | undefined;

  constructor(room: SandboxRoom, attachments: Attachments) {
    this.#room = room;
    this.#attachments = attachments;
  }

  /** The two know each other: what is due is an operation, and an operation changes what is due. */
  set lifetimes(lifetimes: Lifetimes) {
    this.#lifetimes = lifetimes;
  }

  /** A gate pauses by freezing, and a sandbox that ends lets go of who waits at its gate. */
  set gates(gates: Pick<Gates, 'end'>) {
    this.#gates = gates;
  }

  /**
   * Waits its turn, then runs `work` inside the phase of `what`. `isSettled` says, once it is its turn, that there is nothing to do.
   * Rejects with `wrongState` or `gone` when the phase forbids it, and with the driver's error when it did not work.
   */
  async run<T>(
    entry: SandboxEntry,
    what: Exclude<Operation, 'kill'>,
    by: By,
    work: { isSettled?: () => boolean; do: (handle: DriverSandbox) => Promise<T> },
  ): Promise<T | undefined> {
    if (entry.ended) throw refusal(entry.life, what);
    entry.apply({ kind: 'ask', what }, by);
    return await entry.operations.run(async () => {
      if (work.isSettled?.()) {
        entry.apply({ kind: 'drop', what }, by);
        return undefined;
      }
      let handle: DriverSandbox;
      try {
        handle = entry.reachable();
        entry.apply({ kind: 'begin', what }, by);
      } catch (error) {
        entry.apply({ kind: 'drop', what }, by);
        throw error;
      }
      try {
        const result = await work.do(handle);
        if (this.#overtaken(entry)) throw refusal(entry.life, what);
        entry.apply({ kind: 'done' }, by);
        this.#lifetimes?.arm(entry);
        await entry.save();
        return result;
      } catch (thrown) {
        if (this.#overtaken(entry)) throw refusal(entry.life, what);
        const error = toAppError(thrown);
        this.#room.logger.warn({ err: thrown, sandbox: entry.id, what }, 'an operation on a sandbox failed');
        if (what === 'restore' && !(await isAlive(handle))) await this.#ruin(entry, error);
        else entry.apply({ kind: 'failed', reason: error.message }, by);
        await entry.save();
        throw error;
      }
    });
  }

  /** Nothing to do when it is frozen. */
  async freeze(entry: SandboxEntry, by: By): Promise<void> {
    await this.run(entry, 'freeze', by, {
      isSettled: () => entry.life.phase === 'frozen',
      do: (handle) => handle.freeze(),
    });
  }

  /** Nothing to do when it is running. */
  async thaw(entry: SandboxEntry, by: By): Promise<void> {
    await this.run(entry, 'thaw', by, {
      isSettled: () => entry.life.phase === 'running',
      do: (handle) => handle.thaw(),
    });
  }

  /** Resolves when everything that was asked for so far has ended. */
  async idle(): Promise<void> {
    const waiting = this.#room.entries().map((entry) => entry.idle());
    await Promise.allSettled([...waiting, ...this.#kills.values()]);
  }

  /** Ends it, in the middle of whatever it is doing. Repeating it waits for the same end. */
  async kill(entry: SandboxEntry, by: By, reason: string | null): Promise<void> {
    const already = this.#kills.get(entry);
    if (already) return await already;
    if (entry.ended) return;
    entry.apply({ kind: 'ask', what: 'kill' }, by);
    entry.apply({ kind: 'begin', what: 'kill', ...(reason === null ? {} : { reason }) }, by);
    const killing = this.#kill(entry, by).finally(() => this.#kills.delete(entry));
    this.#kills.set(entry, killing);
    await killing;
  }

  /** It ended without being asked to. */
  async lost(entry: SandboxEntry, reason: string): Promise<void> {
    if (entry.ended || entry.life.phase === 'killing') return;
    this.#gates?.end(entry, `The sandbox ended: ${reason}.`);
    this.endRunning(entry, `The sandbox ended: ${reason}`);
    entry.apply({ kind: 'lost', reason }, bySystem, this.#room.clock.now());
    await this.#bury(entry);
  }

  /** Its creation did not work: nothing of it stays on the host. */
  async failedToCreate(entry: SandboxEntry, error: AppError): Promise<void> {
    if (entry.ended || entry.life.phase === 'killing') return;
    this.#gates?.end(entry, error.message);
    this.endRunning(entry, error.message);
    entry.apply({ kind: 'ruined', reason: error.message }, bySystem, this.#room.clock.now());
    await this.#bury(entry);
  }

  /** Terminals and execs of a sandbox that ended or was put back; `returned` are those that came back with its memory. */
  endRunning(entry: SandboxEntry, reason: string, returned: Running = { terminals: [], execs: [] }): void {
    for (const id of entry.terminals.keys())
      if (!returned.terminals.includes(id)) this.terminalExited(entry, id, KILLED);
    for (const id of entry.execs.running)
      if (!returned.execs.includes(id)) entry.execs.failed(id, new AppError('gone', reason));
  }

  terminalExited(entry: SandboxEntry, id: TerminalId, exit: Exit): void {
    const terminal = entry.terminals.get(id);
    if (!terminal || terminal.exit !== null || entry.ended) return;
    const ended = { ...terminal, exit };
    entry.terminals.set(id, ended);
    this.#attachments.terminalEnded(entry, id);
    entry.append({ kind: 'terminal.exited', actor: 'system', data: { terminal: id, exit } });
    void this.#room.store.saveTerminal(ended).catch((error) => this.#unsaved(entry, error));
  }

  /** After a restart: what the guest no longer has ended while nobody looked. */
  endMissing(entry: SandboxEntry, running: Running): void {
    const unknown: Exit = { code: null, signal: null };
    for (const id of entry.terminals.keys())
      if (!running.terminals.includes(id)) this.terminalExited(entry, id, unknown);
    for (const id of entry.execs.running)
      if (!running.execs.includes(id))
        entry.execs.failed(id, new AppError('gone', 'It ended while the server was down; how is not known.'));
  }

  async #kill(entry: SandboxEntry, by: By): Promise<void> {
    const { driver, clock, logger } = this.#room;
    this.#gates?.end(entry, 'The sandbox was killed.');
    this.#attachments.detach(entry, 'The sandbox was killed.');
    try {
      // Without a handle it is still being created: its creator sees the phase and does this again when it is done.
      if (entry.handle) await entry.handle.kill();
      else await driver.discard(entry.id);
      this.endRunning(entry, 'The sandbox was killed.');
      entry.apply({ kind: 'done' }, by, clock.now());
    } catch (error) {
      logger.error({ err: error, sandbox: entry.id }, 'a sandbox could not be killed cleanly');
      this.endRunning(entry, 'The sandbox was killed.');
      entry.apply(
        { kind: 'failed', reason: 'It could not be removed from its host; the next start tries again.' },
        by,
        clock.now(),
      );
    }
    await this.#bury(entry);
  }

  async #ruin(entry: SandboxEntry, error: AppError): Promise<void> {
    this.#gates?.end(entry, 'The sandbox failed while it was put back.');
    this.endRunning(entry, 'The sandbox failed while it was put back.');
    entry.apply({ kind: 'ruined', reason: error.message }, bySystem, this.#room.clock.now());
    await this.#bury(entry);
  }

  async #bury(entry: SandboxEntry): Promise<void> {
    this.#lifetimes?.disarm(entry);
    this.#attachments.detach(entry, 'The sandbox has ended.');
    entry.handle = null;
    entry.execs.trim();
    entry.terminals.forEach((terminal, id) => {
      if (terminal.exit === null) entry.terminals.set(id, { ...terminal, exit: KILLED });
    });
    const discarding = this.#room.driver
      .discard(entry.id)
      .catch((error) =>
        this.#room.logger.error({ err: error, sandbox: entry.id }, 'a sandbox left something on its host'),
      );
    await Promise.all([discarding, entry.save().catch((error) => this.#unsaved(entry, error))]);
  }

  #overtaken(entry: SandboxEntry): boolean {
    return entry.ended || entry.life.phase === 'killing';
  }

  #unsaved(entry: SandboxEntry, error: unknown): void {
    this.#room.logger.error({ err: error, sandbox: entry.id }, 'a sandbox could not be saved');
  }
}

async function isAlive(handle: DriverSandbox): Promise<boolean> {
  try {
    await handle.running();
    return true;
  } catch {
    return false;
  }
}
