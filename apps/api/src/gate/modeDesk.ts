/** Whether calls of one sandbox flow: the machine with its clock, its freezing and thawing, written into the log. */
import { type InFlight, isNoisyPath, type LogEvent, toAppError } from '@sandglass/protocol';
import type { Clock } from '../lib/clock.ts';
import type { By, SandboxEntry } from '../sandboxes/entry.ts';
import { bySystem } from '../sandboxes/entry.ts';
import { type Go, type Hold, type HoldEvent, holdTransition, openMode, shownMode } from './holdMachine.ts';

/** What ends within this long may end before a pause; the rest stands still in its middle. */
export const SETTLE_MS = 2_000;

export interface ModeOptions {
  readonly entry: SandboxEntry;
  readonly clock: Clock;
  freeze(entry: SandboxEntry, by: By): Promise<void>;
  thaw(entry: SandboxEntry, by: By): Promise<void>;
  /** Kills the commands that run. */
  cancel(entry: SandboxEntry): Promise<void>;
  /** Calls that a pause lets end. */
  readonly isBusy: () => boolean;
  /** `flows`: other calls may go now, or must not any more. */
  readonly onChange: (flows: boolean) => void;
}

export class ModeDesk {
  readonly #options: ModeOptions;
  readonly #settling = new Set<() => void>();
  #mode: Hold = openMode;
  /** Each change of direction; what was under way for an earlier one gives up. */
  #turn = 0;
  /** A pause froze it: going on thaws it. */
  #frozen = false;
  #closed = false;
  #stopping: Promise<void> = Promise.resolve();
  #stopWatching: () => void = () => {};

  constructor(options: ModeOptions) {
    this.#options = options;
  }

  get mode(): Hold {
    return this.#mode;
  }

  restore(mode: Hold): void {
    this.#mode = mode;
    this.#frozen = mode.kind === 'paused' && mode.freeze;
    this.#watchFor(mode);
  }

  /** Resolves when it has happened, or was overtaken. */
  async pause(by: By, how: { inFlight: InFlight; freeze: boolean }): Promise<void> {
    this.apply({ kind: 'pause', ...how, because: null }, by);
    await this.#stopping;
  }

  /** Runs what was frozen first; then the mode changes. */
  async go(go: Go, by: By): Promise<void> {
    const { entry, thaw } = this.#options;
    this.apply({ kind: 'go', go }, by);
    if (this.#mode.kind !== 'continuing') return;
    const turn = ++this.#turn;
    try {
      if (this.#frozen) await thaw(entry, by);
      this.#frozen = false;
    } catch (error) {
      // Asked and not happened: it is held as before.
      const because = 'it could not be thawed';
      if (turn === this.#turn) this.apply({ kind: 'pause', freeze: true, inFlight: 'settle', because }, by);
      throw error;
    }
    if (turn === this.#turn) this.apply({ kind: 'thawed' }, by);
  }

  apply(event: HoldEvent, by: By = bySystem): void {
    const from = this.#mode;
    const to = holdTransition(from, event);
    if (to === from || this.#closed) return;
    this.#mode = to;
    const data = { from: shownMode(from), to: shownMode(to) };
    this.#options.entry.append({ kind: 'gate.mode', actor: by.actor, by: by.token, data });
    this.#watchFor(to);
    if (to.kind === 'pausing') this.#stopping = this.#stop(to, by);
    else if (to.kind !== 'paused') this.#turn++;
    this.settled();
    this.#options.onChange(event.kind !== 'taken');
  }

  /** A call ended: a pause may wait for it. */
  settled(): void {
    for (const look of [...this.#settling]) look();
  }

  close(): void {
    this.#closed = true;
    this.#turn++;
    this.#stopWatching();
    this.settled();
  }

  async #stop(mode: Extract<Hold, { kind: 'pausing' }>, by: By): Promise<void> {
    const { entry, cancel, freeze } = this.#options;
    const turn = ++this.#turn;
    const isOvertaken = () => turn !== this.#turn;
    if (mode.inFlight === 'cancel') await cancel(entry);
    await this.#quiet(mode.inFlight === 'finish' ? null : SETTLE_MS, isOvertaken);
    if (isOvertaken()) return;
    let freezes = mode.freeze && entry.facts.capabilities.freeze !== 'none';
    let because: string | undefined;
    try {
      this.#frozen ||= freezes;
      if (freezes) await freeze(entry, by);
    } catch (error) {
      freezes = false;
      because = `Its calls are held, but it could not be frozen: ${toAppError(error).message}`;
    }
    if (isOvertaken()) return;
    this.apply({ kind: 'stopped', freeze: freezes, ...(because === undefined ? {} : { because }) }, by);
  }

  /** Until no call runs, or so long. */
  #quiet(mostMs: number | null, isOvertaken: () => boolean): Promise<void> {
    const { clock, isBusy } = this.#options;
    if (!isBusy() || isOvertaken()) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = () => {
        cancel();
        this.#settling.delete(look);
        resolve();
      };
      const look = () => {
        if (!isBusy() || isOvertaken()) finish();
      };
      const cancel = mostMs === null ? () => {} : clock.at(clock.now() + mostMs, finish);
      this.#settling.add(look);
    });
  }

  /** Targets that are events of the log. */
  #watchFor(mode: Hold): void {
    this.#stopWatching();
    this.#stopWatching = () => {};
    if (mode.kind !== 'runningTo' || mode.to.kind === 'call' || mode.to.kind === 'error') return;
    const { to } = mode;
    this.#stopWatching = this.#options.entry.log.onEvent((event) => {
      const because = reached(to, event);
      // After the event's own followers: it was there before what it caused.
      if (because !== null) setImmediate(() => this.#mode === mode && this.apply({ kind: 'hit', because }));
    });
  }
}

function reached(to: Extract<Hold, { kind: 'runningTo' }>['to'], event: LogEvent): string | null {
  if (to.kind === 'checkpoint') return event.kind === 'checkpoint.created' ? `checkpoint ${event.data.name}` : null;
  if (to.kind !== 'fileChange' || event.kind !== 'file.changed') return null;
  const under = to.under?.replace(/\/+$/, '');
  const isUnder = (path: string) =>
    under === undefined ? !isNoisyPath(path) : path === under || path.startsWith(`${under}/`);
  const change = event.data.changes.find(({ path, to: now }) => isUnder(now ?? path));
  return change ? `a change of ${change.to ?? change.path}` : null;
}
