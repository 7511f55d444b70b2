/** All sandboxes of this server, and what every part of the room needs to work on them. */
import {
  AppError,
  CallId,
  CheckpointId,
  ExecId,
  formatId,
  MessageId,
  type Sandbox,
  SandboxId,
  TerminalId,
} from '@sandglass/protocol';
import type { Clock } from '../lib/clock.ts';
import { SerialQueue } from '../lib/serial.ts';
import { lastNumberUpTo, SegmentEnds, upTo } from '../recorder/lineage/upTo.ts';
import { withPast } from '../recorder/lineage/withPast.ts';
import type { LogStart, LogStore, SandboxLog } from '../recorder/log.ts';
import type { Driver, DriverReport } from './driver.ts';
import { type EntryOptions, SandboxEntry, type Work } from './entry.ts';
import { ExecRuns } from './execRuns.ts';
import type { SandboxStore } from './store.ts';
import { TouchedFiles } from './touchedFiles.ts';
import { WindowTracker } from './windowTracker.ts';

export interface RoomLogger {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

export interface RoomOptions {
  readonly driver: Driver;
  readonly logs: LogStore;
  readonly store: SandboxStore;
  readonly clock: Clock;
  readonly random: (bytes: number) => Uint8Array;
  readonly logger: RoomLogger;
}

/** The past that a fork shares: its parent's recording up to a position, and the moment of that. */
export interface SharedPast {
  readonly from: SandboxEntry;
  readonly seq: number;
  readonly atUs: number;
}

/** How many logs of ended sandboxes stay open for readers. */
const OPEN_ENDED_LOGS = 32;
/** How many ended sandboxes are held in memory, for those who look at them. The others are read from the database when they are asked for. */
const KEPT_AT_HAND = 64;
/** A report of the host (free disk) is asked again after this long. */
const REPORT_MS = 5_000;

export class SandboxRoom {
  readonly driver: Driver;
  readonly store: SandboxStore;
  readonly clock: Clock;
  readonly logger: RoomLogger;
  readonly #logs: LogStore;
  readonly #random: (bytes: number) => Uint8Array;
  readonly #entries = new Map<SandboxId, SandboxEntry>();
  readonly #endedLogs = new Map<SandboxId, SandboxLog>();
  /** Ended, in the order in which they did, or were asked for again. */
  readonly #atHand = new Set<SandboxEntry>();
  /** Ended, and as they are in the database. */
  readonly #written = new WeakSet<SandboxEntry>();
  readonly #captureListeners = new WeakMap<SandboxEntry, () => void>();
  /** By its own log: readers that keep what they learned know it again. */
  readonly #recordings = new WeakMap<SandboxLog, SandboxLog>();
  readonly #segmentEnds = new SegmentEnds();
  readonly #listeners = new Set<(sandbox: Sandbox) => void>();
  #report: { readonly atMs: number; readonly value: Promise<DriverReport> } | undefined;

  constructor(options: RoomOptions) {
    this.driver = options.driver;
    this.store = options.store;
    this.clock = options.clock;
    this.logger = options.logger;
    this.#logs = options.logs;
    this.#random = options.random;
  }

  readonly newId = {
    sandbox: () => SandboxId.parse(formatId('sbx', this.#random16())),
    terminal: () => TerminalId.parse(formatId('trm', this.#random16())),
    exec: () => ExecId.parse(formatId('exe', this.#random16())),
    call: () => CallId.parse(formatId('cal', this.#random16())),
    message: () => MessageId.parse(formatId('msg', this.#random16())),
    checkpoint: () => CheckpointId.parse(formatId('chk', this.#random16())),
  };

  /** A number from 0 to `below` - 1. */
  pick(below: number): number {
    const [high = 0, low = 0] = this.#random(2);
    return (high * 256 + low) % below;
  }

  /** @throws AppError `notFound`. */
  entry(id: SandboxId): SandboxEntry {
    const entry = this.find(id);
    if (!entry) throw new AppError('notFound', `There is no sandbox ${id}. List the sandboxes to see their ids.`);
    return entry;
  }

  find(id: SandboxId): SandboxEntry | undefined {
    return this.#entries.get(id) ?? this.#recall(id);
  }

  /** Cheaper than `find` for one that has ended. */
  has(id: SandboxId): boolean {
    return this.#entries.has(id) || this.store.hasNow(id);
  }

  /** Those that live, and the ended that are at hand. */
  entries(): SandboxEntry[] {
    return [...this.#entries.values()];
  }

  add(options: Pick<EntryOptions, 'facts' | 'secrets' | 'life' | 'lastSeq'>): SandboxEntry {
    const { facts } = options;
    const entry = new SandboxEntry({
      ...options,
      openLog: () => this.#openLog(entry),
      openRecording: () => this.#openRecording(entry),
      save: (sandbox) => this.store.saveSandbox(sandbox),
      onChange: (changed) => this.#emit(changed),
      openWork: (opened) => this.#openWork(opened),
    });
    this.#entries.set(facts.id, entry);
    for (const secret of Object.values(options.secrets ?? {})) this.#logs.redactor(facts.id).add(secret);
    return entry;
  }

  remove(id: SandboxId): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) this.#atHand.delete(entry);
    this.#entries.delete(id);
    this.#endedLogs.delete(id);
    this.#logs.remove(id);
  }

  /** Undefined for what is no fork, and where that past is not kept any more. */
  pastOf(entry: SandboxEntry): SharedPast | undefined {
    const { parent } = entry.facts;
    const from = parent?.atUs === undefined ? undefined : this.find(parent.sandbox);
    if (parent?.atUs === undefined || from === undefined) return undefined;
    const { seq, atUs } = parent;
    // What is cut off goes with all that was before it.
    if (entry.log.beginsUs > atUs || from.log.beginsUs > atUs) return undefined;
    return { from, seq, atUs };
  }

  /** In whose own part of the recording a moment lies: in its own, or in that of one it was forked from. */
  ownerAt(entry: SandboxEntry, atUs: number): SandboxEntry {
    for (let owner = entry; ; ) {
      const past = this.pastOf(owner);
      if (past === undefined || atUs >= past.atUs) return owner;
      owner = past.from;
    }
  }

  onChange(listener: (sandbox: Sandbox) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** What the driver says of itself and its host, at most some seconds old. */
  report(): Promise<DriverReport> {
    const nowMs = this.clock.now();
    if (!this.#report || nowMs - this.#report.atMs > REPORT_MS || nowMs < this.#report.atMs) {
      const value = this.driver.probe();
      this.#report = { atMs: nowMs, value };
      // A failed probe is not remembered.
      value.catch(() => {
        this.#report = undefined;
      });
    }
    return this.#report.value;
  }

  #openWork(entry: SandboxEntry): Work {
    return {
      execs: new ExecRuns({
        save: (exec, call) => this.store.saveExec({ exec, call: call.id, by: null }),
        now: this.clock.now,
      }),
      touched: new TouchedFiles(this.clock.now),
      windows: new WindowTracker(() => entry.log),
      operations: new SerialQueue(),
    };
  }

  /** One that has ended, as it was last written. */
  #recall(id: SandboxId): SandboxEntry | undefined {
    const found = this.store.endedNow(id);
    if (!found) return undefined;
    const { phase, asked: _asked, reason, gate: _gate, capture: _capture, lastSeq, ...facts } = found.sandbox;
    if (phase !== 'dead' && phase !== 'failed') return undefined;
    const entry = this.add({ facts, secrets: found.secrets, life: { phase, asked: null, reason }, lastSeq });
    for (const terminal of found.terminals) entry.terminals.set(terminal.id, terminal);
    this.#written.add(entry);
    this.#keepAtHand(entry);
    return entry;
  }

  #keepAtHand(entry: SandboxEntry): void {
    this.#atHand.delete(entry);
    this.#atHand.add(entry);
    if (this.#atHand.size <= KEPT_AT_HAND) return;
    const [oldest] = this.#atHand;
    if (oldest === undefined) return;
    this.#atHand.delete(oldest);
    void this.#letGo(oldest);
  }

  /** From memory alone, and not before its end is in the database. */
  async #letGo(entry: SandboxEntry): Promise<void> {
    entry.rest();
    try {
      if (!this.#written.has(entry)) await entry.save();
    } catch (error) {
      this.logger.error({ err: error, sandbox: entry.id }, 'the end of a sandbox could not be written');
      return;
    }
    if (this.#atHand.has(entry) || this.#entries.get(entry.id) !== entry) return;
    this.#entries.delete(entry.id);
    this.#logs.forgetSecrets(entry.id);
  }

  #emit(entry: SandboxEntry): void {
    if (entry.ended) {
      this.#written.delete(entry);
      this.#keepAtHand(entry);
    }
    if (this.#listeners.size === 0) return;
    const sandbox = entry.sandbox();
    for (const listener of [...this.#listeners]) {
      try {
        listener(sandbox);
      } catch (error) {
        this.logger.error({ err: error, sandbox: entry.id }, 'a listener of sandbox changes failed');
      }
    }
  }

  #openLog(entry: SandboxEntry): SandboxLog {
    const { createdAtMs } = entry.facts;
    const log = this.#logs.open(entry.id, { createdAtMs, after: this.#startOf(entry) });
    if (!entry.ended) {
      log.onCapture(this.#captureListener(entry));
      return log;
    }
    this.#endedLogs.delete(entry.id);
    this.#endedLogs.set(entry.id, log);
    if (this.#endedLogs.size > OPEN_ENDED_LOGS) {
      const [oldest, oldestLog] = this.#endedLogs.entries().next().value!;
      this.#endedLogs.delete(oldest);
      oldestLog.close();
    }
    return log;
  }

  #startOf({ facts: { parent } }: SandboxEntry): LogStart | undefined {
    if (parent?.atUs === undefined) return undefined;
    const { sandbox, seq, atUs } = parent;
    const lastNumber: LogStart['lastNumber'] = (track) => {
      const from = this.find(sandbox);
      return from === undefined ? 0 : lastNumberUpTo(from.recording, track, seq);
    };
    return { seq, atUs, lastNumber };
  }

  #openRecording(entry: SandboxEntry): SandboxLog {
    const { log } = entry;
    const { parent } = entry.facts;
    if (parent?.atUs === undefined) return log;
    const known = this.#recordings.get(log);
    if (known) return known;
    const recording = withPast(log, { seq: parent.seq, atUs: parent.atUs }, () => {
      const past = this.pastOf(entry);
      return past && upTo(past.from.recording, past.seq, this.#segmentEnds);
    });
    this.#recordings.set(log, recording);
    return recording;
  }

  /** The same one each time: a log hears of it once, however often it is asked for. */
  #captureListener(entry: SandboxEntry): () => void {
    const known = this.#captureListeners.get(entry) ?? (() => entry.changed());
    this.#captureListeners.set(entry, known);
    return known;
  }

  #random16(): Uint8Array {
    return this.#random(16);
  }
}
