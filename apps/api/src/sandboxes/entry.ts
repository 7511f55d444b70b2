import {
  type Actor,
  AppError,
  type NewLogEvent,
  openGate,
  type Sandbox,
  type SandboxGate,
  type SandboxId,
  type Terminal,
  type TerminalId,
  zeroMsOf,
} from '@sandglass/protocol';
import type { VariablesForProgram } from '@sandglass/protocol/guest';
import { Saver, type SerialQueue } from '../lib/serial.ts';
import type { SandboxLog } from '../recorder/log.ts';
import type { Caller } from '../services.ts';
import type { DriverSandbox } from './driver.ts';
import type { ExecRuns } from './execRuns.ts';
import { isEnded, type Lifecycle, type LifecycleEvent, newborn, refusal, transition } from './lifecycle.ts';
import type { TouchedFiles } from './touchedFiles.ts';
import type { WindowTracker } from './windowTracker.ts';

/** Who is written down for a step of the life. */
export interface By {
  readonly actor: Actor;
  readonly token: string | null;
}
export const byCaller = (caller: Caller): By => ({ actor: caller.actor, token: caller.token });
export const bySystem: By = { actor: 'system', token: null };

/** What a sandbox is, apart from how it is. */
export type SandboxFacts = Omit<Sandbox, 'phase' | 'asked' | 'reason' | 'gate' | 'capture' | 'lastSeq'>;

export interface EntryOptions {
  readonly facts: SandboxFacts;
  /** Variables whose values are never shown. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly life?: Lifecycle;
  readonly lastSeq?: number;
  readonly openLog: () => SandboxLog;
  readonly openRecording: () => SandboxLog;
  readonly save: (sandbox: Sandbox) => Promise<void>;
  readonly onChange: (entry: SandboxEntry) => void;
  readonly openWork: (entry: SandboxEntry) => Work;
}

/** What is known only of what goes on in it, and of no use to anybody a while after its end. */
export interface Work {
  readonly execs: ExecRuns;
  readonly touched: TouchedFiles;
  readonly windows: WindowTracker;
  /** Freeze, thaw, checkpoint and restore, one after the other. A kill does not wait here. */
  readonly operations: SerialQueue;
}

/** Before the names of secrets that were set since, where all of them are kept. No variable begins so. */
export const CHANGED = '+';

/** One sandbox as the server holds it: its facts, its life, its log, and, while it lives, its handle and what runs in it. */
export class SandboxEntry {
  readonly id: SandboxId;
  readonly terminals = new Map<TerminalId, Terminal>();
  readonly network = { receivedBytes: 0, sentBytes: 0 };
  readonly secrets: Readonly<Record<string, string>>;
  /** Those that were set since it was created. */
  changedSecrets: Readonly<Record<string, string>>;
  facts: SandboxFacts;
  handle: DriverSandbox | null = null;
  lastActiveAtMs: number;
  /** What lists say of its gate, which keeps it. */
  gate: SandboxGate = openGate;
  #life: Lifecycle;
  #lastSeq: number;
  readonly #options: EntryOptions;
  readonly #saver: Saver;
  #work: Work | undefined;

  constructor(options: EntryOptions) {
    this.#options = options;
    this.facts = options.facts;
    this.id = options.facts.id;
    const secrets = Object.entries(options.secrets ?? {});
    const isChanged = ([name]: [string, string]) => name.startsWith(CHANGED);
    this.secrets = Object.fromEntries(secrets.filter((one) => !isChanged(one)));
    this.changedSecrets = Object.fromEntries(
      secrets.filter(isChanged).map(([name, value]) => [name.slice(CHANGED.length), value]),
    );
    this.lastActiveAtMs = options.facts.createdAtMs;
    this.#life = options.life ?? newborn;
    this.#lastSeq = options.lastSeq ?? 0;
    this.#saver = new Saver(() => options.save(this.sandbox()));
  }

  get life(): Lifecycle {
    return this.#life;
  }

  get ended(): boolean {
    return isEnded(this.#life.phase);
  }

  get execs(): ExecRuns {
    return this.#atWork().execs;
  }

  get touched(): TouchedFiles {
    return this.#atWork().touched;
  }

  get windows(): WindowTracker {
    return this.#atWork().windows;
  }

  get operations(): SerialQueue {
    return this.#atWork().operations;
  }

  /** Resolves when every operation that was asked for so far has ended. */
  async idle(): Promise<void> {
    await this.#work?.operations.idle();
  }

  /** Forgets what only a living sandbox needs. The log and the database have the rest. */
  rest(): void {
    if (this.ended) this.#work = undefined;
  }

  #atWork(): Work {
    this.#work ??= this.#options.openWork(this);
    return this.#work;
  }

  /** Opened when it is wanted: thousands of ended sandboxes have logs that nobody reads. */
  get log(): SandboxLog {
    return this.#options.openLog();
  }

  /** Its log with the past that it shares with whom it was forked from: what people look at. To be read, and asked for anew. */
  get recording(): SandboxLog {
    return this.#options.openRecording();
  }

  /** Wall time of the moment 0, as its own log has it. */
  get zeroMs(): number {
    return zeroMsOf(this.facts);
  }

  /** What was set since it was created, for whatever is started now. */
  get changedEnvironment(): VariablesForProgram {
    const removed = (this.facts.environmentRemoved ?? []).map((name) => [name, null] as const);
    return { ...this.facts.environmentChanges, ...this.changedSecrets, ...Object.fromEntries(removed) };
  }

  sandbox(): Sandbox {
    const life = this.#life;
    if (!this.ended) this.#lastSeq = this.log.lastSeq;
    return {
      ...this.facts,
      phase: life.phase,
      asked: life.asked,
      reason: 'reason' in life ? life.reason : null,
      gate: this.ended ? openGate : this.gate,
      capture: this.ended ? { phase: 'on' } : this.log.capture,
      lastSeq: this.#lastSeq,
    };
  }

  append(event: NewLogEvent): void {
    this.#lastSeq = this.log.append(event).seq;
  }

  /** One step of the machine: into the log first, then to whoever follows. Returns whether anything changed. */
  apply(event: LifecycleEvent, by: By = bySystem, nowMs?: number): boolean {
    const from = this.#life;
    const to = transition(from, event);
    if (to === from) return false;
    // Nothing more comes that could be private.
    if (isEnded(to.phase)) this.log.endPrivate(bySystem, 'the sandbox ended');
    this.#life = to;
    if (isEnded(to.phase) && this.facts.endedAtMs === null && nowMs !== undefined)
      this.facts = { ...this.facts, endedAtMs: nowMs };
    if (from.phase !== to.phase) {
      this.append({
        kind: 'sandbox.phase',
        actor: by.actor,
        by: by.token,
        data: {
          from: from.phase,
          to: to.phase,
          asked: to.asked,
          reason: 'reason' in to ? to.reason : 'reason' in event ? (event.reason ?? null) : null,
        },
      });
    }
    this.changed();
    return true;
  }

  changed(): void {
    this.#options.onChange(this);
  }

  /** Resolves when its present state is in the database. */
  save(): Promise<void> {
    return this.#saver.save();
  }

  /** The handle, when programs and files can be reached. @throws AppError `wrongState` or `gone`. */
  awake(what: string): DriverSandbox {
    const life = this.#life;
    // A checkpoint stops a sandbox for some milliseconds; whoever comes then just waits.
    const awake = life.phase === 'running' || (life.phase === 'checkpointing' && life.before === 'running');
    if (!awake) throw refusal(life, what);
    return this.reachable();
  }

  /** The handle of a sandbox that exists on its host, frozen or not. */
  reachable(): DriverSandbox {
    if (this.ended) throw refusal(this.#life, 'it has ended');
    if (!this.handle) throw new AppError('unavailable', 'The sandbox is not ready. Try again in a moment.');
    return this.handle;
  }
}
