/**
 * What http, streams and doors may ask of the inner rooms. Every method takes the caller (already authenticated) first, where
 * the recording must say who did it. Roles and scopes are checked by the outer rooms, states and limits in here. Throws AppError.
 */
import type { Duplex, Readable } from 'node:stream';
import type {
  Actor,
  Answer,
  AskPerson,
  Base,
  BudgetLimit,
  CallId,
  Changes,
  Checkpoint,
  CheckpointId,
  Control,
  CreateCheckpoint,
  CreateSandbox,
  Decision,
  Door,
  EditNote,
  EndRun,
  Exec,
  ExecId,
  FileEntry,
  FileFailure,
  FileListing,
  FindQuery,
  FindResult,
  Gate,
  GatePolicy,
  GiveVerdict,
  InFlight,
  Miniature,
  Note,
  NoteId,
  Notice,
  OpenTerminal,
  PortInfo,
  ProcessInfo,
  RuleId,
  Run,
  RunBudget,
  RunId,
  RunSort,
  RunSummary,
  RunTo,
  Sandbox,
  SandboxId,
  SandboxPhase,
  Say,
  ScreenMessage,
  ScreenWindows,
  Signal,
  StartExec,
  StartRun,
  Stats,
  Still,
  System,
  Terminal,
  TerminalId,
  TokenId,
  TrashItem,
  UpdateRun,
  UpdateSandbox,
  UpdateTerminal,
  WriteNote,
} from '@sandglass/protocol';
import type { ReplayService } from './bundles/replayedFile.ts';
import type { Causes } from './gate/causes.ts';
import type { RuleService } from './gate/rules/ruleService.ts';
import type { ConversationService } from './recorder/conversations/service.ts';
import type { PastFileService } from './recorder/files/service.ts';
import type { SandboxLog, TrackFrame } from './recorder/log.ts';
import type { BrowserService } from './recorder/pages/acts.ts';
import type { Spending } from './reviews/budgets.ts';
import type { InterventionService } from './sandboxes/interventions.ts';
import type { SearchService } from './search/service.ts';
import type { WebhookService } from './webhooks/service.ts';

/** Who asks: recorded with every call. */
export interface Caller {
  readonly actor: Actor;
  readonly token: TokenId;
  readonly door: Door;
  /** Of its token; shown to others when it has control. */
  readonly name?: string;
  /** One browser session or one program: what control is held by. */
  readonly viewer?: string;
  /** Of the control that it believes to have; see gate/leaseMachine.ts. */
  readonly fence?: number;
  /** Fires when it goes away: a call that waits then is given up. */
  readonly signal?: AbortSignal;
  /** As of `AskedCall`, for calls that say none of their own. */
  readonly onHeld?: (held: { readonly reason: string } | null) => void;
}

export interface SandboxService {
  list(filter: {
    limit: number;
    after?: string;
    phase?: SandboxPhase;
    label?: string;
    ended?: boolean;
    only?: SandboxId;
  }): Promise<{ items: Sandbox[]; next: string | null }>;
  get(id: SandboxId): Sandbox;
  create(caller: Caller, body: CreateSandbox, signal?: AbortSignal): Promise<Sandbox>;
  update(caller: Caller, id: SandboxId, body: UpdateSandbox): Promise<Sandbox>;
  freeze(caller: Caller, id: SandboxId): Promise<Sandbox>;
  thaw(caller: Caller, id: SandboxId): Promise<Sandbox>;
  kill(caller: Caller, id: SandboxId, reason?: string): Promise<Sandbox>;
  stats(id: SandboxId): Promise<Stats>;
  /** From the recording, also of an ended sandbox: the last so many milliseconds of it, oldest first. */
  statsHistory(id: SandboxId, lastMs: number): Stats[];
  /** The log, also of an ended sandbox. */
  log(id: SandboxId): SandboxLog;
  /** Every change of any sandbox, after it is in the log. */
  onChange(listener: (sandbox: Sandbox) => void): () => void;
  /** Somebody looks or works: feeds the idle policy. */
  touch(id: SandboxId): void;
}

/** Private moments: nothing of them is recorded, and only who asked for one sees the sandbox. */
export interface PrivacyService {
  start(caller: Caller, sandbox: SandboxId, forMs: number): Sandbox;
  /** Nothing to do when there is none. */
  end(caller: Caller, sandbox: SandboxId): Sandbox;
}

export interface CheckpointService {
  list(sandbox: SandboxId): Promise<Checkpoint[]>;
  create(caller: Caller, sandbox: SandboxId, body: CreateCheckpoint): Promise<Checkpoint>;
  restore(caller: Caller, sandbox: SandboxId, checkpoint: CheckpointId): Promise<Sandbox>;
  remove(caller: Caller, sandbox: SandboxId, checkpoint: CheckpointId): Promise<void>;
}

/** A terminal as a late joiner needs it: a snapshot that draws it, then the frames after `seq`. */
export interface TerminalSnapshot {
  readonly seq: number;
  readonly columns: number;
  readonly rows: number;
  /** Escape sequences and text that rebuild scrollback and screen. */
  readonly drawing: string;
}

export interface TerminalService {
  list(sandbox: SandboxId): Terminal[];
  get(sandbox: SandboxId, terminal: TerminalId): Terminal;
  open(caller: Caller, sandbox: SandboxId, body: OpenTerminal): Promise<Terminal>;
  update(caller: Caller, sandbox: SandboxId, terminal: TerminalId, body: UpdateTerminal): Promise<Terminal>;
  close(caller: Caller, sandbox: SandboxId, terminal: TerminalId): Promise<void>;
  write(caller: Caller, sandbox: SandboxId, terminal: TerminalId, text: string): Promise<void>;
  /** `by`: as they may see it. */
  snapshot(sandbox: SandboxId, terminal: TerminalId, by?: TokenId): Promise<TerminalSnapshot>;
}

/** What a door puts around a command: how its program is started, of which the call says nothing. */
export interface ExecSurroundings {
  readonly around?: (command: readonly string[]) => readonly string[];
  readonly onHeld?: AskedCall<Record<string, unknown>, unknown>['onHeld'];
  readonly onNotice?: AskedCall<Record<string, unknown>, unknown>['onNotice'];
}

export interface ExecService {
  start(
    caller: Caller,
    sandbox: SandboxId,
    body: StartExec,
    signal?: AbortSignal,
    surroundings?: ExecSurroundings,
  ): Promise<Exec>;
  /** One that runs, or ended a short while ago. */
  get(sandbox: SandboxId, exec: ExecId): Exec;
  running(sandbox: SandboxId): Exec[];
  /** Resolves when it has ended; all of its output is in the log then. */
  ended(sandbox: SandboxId, exec: ExecId, signal?: AbortSignal): Promise<Exec>;
  /** Also one that ended long ago, before a restart of the server or in a sandbox that has ended. */
  lookUp(sandbox: SandboxId, exec: ExecId): Promise<Exec>;
  signal(caller: Caller, sandbox: SandboxId, exec: ExecId, signal: Signal): Promise<void>;
  /** As the caller, whose turn it must be; without one past the gate. */
  writeStdin(sandbox: SandboxId, exec: ExecId, bytes: Uint8Array, caller?: Caller): Promise<void>;
  closeStdin(sandbox: SandboxId, exec: ExecId, caller?: Caller): Promise<void>;
}

/** As whom they see a private moment: a person as its own, a program, with the same token perhaps, as anybody else. */
export const seesAs = ({ actor, token }: Caller): TokenId | undefined => (actor === 'person' ? token : undefined);

/** A call as a door asks for it. `A` are its arguments, `T` is what comes of it. */
export interface AskedCall<A extends Record<string, unknown>, T> {
  /** `noun.verb` or a bare verb, e.g. `computer.click`, `browser.navigate`, `exec`. */
  readonly name: string;
  readonly arguments: A;
  /** Said of it in a list, after its name. */
  readonly summary: (given: A) => string;
  readonly outcome: (result: T) => { summary: string; result?: Record<string, unknown> };
  /** Arguments that a person edited must pass this; without it they cannot be edited. */
  readonly schema?: { parse(value: unknown): A };
  /** It changes nothing: it may be repeated, and it goes on while a person has control. */
  readonly reads?: boolean;
  /** For doors that can tell their agent that a person is deciding; called when it begins to wait, and again when it goes on. */
  readonly onHeld?: (held: { readonly reason: string } | null) => void;
  /** For doors that can carry it: what people wrote and changed, told just before the call's answer or refusal. Given once. */
  readonly onNotice?: (notices: readonly Notice[]) => void;
  /** Makes the result of what a person answers in the sandbox's stead; without it nobody can. Throws for what it cannot be. */
  readonly answer?: { parse(value: unknown): T };
  /** Told its id before it runs, or before its answer when a person gave one. */
  readonly onCall?: (call: CallId) => void;
}

export interface CallService {
  /** The living sandbox in which this token asked for something last; null when there is none since the server started. */
  lastSandbox(token: TokenId): SandboxId | null;
  /** Whether its answer might be held after such a call ran, so that it must not go out as it comes. */
  mayHoldAfter(sandbox: SandboxId, name: string): boolean;
  /** Ties calls to the tool uses of a model that they carry out; see gate/causes.ts. */
  readonly causes: Pick<Causes, 'offer' | 'settle' | 'within'>;
  /**
   * Through the gate. `work` gets the arguments as they were let through (a person may have edited them) and runs at most once.
   * Throws what `work` throws, and `forbidden` with the reason when it was rejected.
   */
  pass<A extends Record<string, unknown>, T>(
    caller: Caller,
    sandbox: SandboxId,
    asked: AskedCall<A, T>,
    work: (given: A) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T>;
}

/** Pausing, stepping, deciding and control; see docs/gate.md. Whoever must have control and has not gets `controlled`. */
export interface GateService {
  get(sandbox: SandboxId): Gate;
  /** After each change. Returns the way to stop. */
  onChange(sandbox: SandboxId, listener: () => void): () => void;
  update(caller: Caller, sandbox: SandboxId, policy: Partial<GatePolicy>): Gate;
  /** Resolves when it has happened. */
  pause(caller: Caller, sandbox: SandboxId, how: { inFlight?: InFlight; freeze?: boolean }): Promise<Gate>;
  continue(caller: Caller, sandbox: SandboxId): Promise<Gate>;
  step(caller: Caller, sandbox: SandboxId, call?: CallId): Promise<Gate>;
  runTo(caller: Caller, sandbox: SandboxId, to: RunTo): Promise<Gate>;
  decide(caller: Caller, sandbox: SandboxId, call: CallId, decision: Decision): Promise<Gate>;
  /** All of it, or what is of this rule and these calls. */
  forgetAlike(caller: Caller, sandbox: SandboxId, which?: { rule?: RuleId; name?: string }): Gate;
  takeControl(caller: Caller, sandbox: SandboxId, reason?: string): Control;
  requestControl(caller: Caller, sandbox: SandboxId, reason?: string): Control;
  giveControl(caller: Caller, sandbox: SandboxId, to: string, note?: string): Control;
  releaseControl(caller: Caller, sandbox: SandboxId, options: { fence?: number; note?: string }): Control;
  keepControl(caller: Caller, sandbox: SandboxId, fence: number): Control;
  /** Mouse, keyboard and clipboard, which cannot wait. Throws when the caller may not use them now. */
  touch(caller: Caller, sandbox: SandboxId): void;
  /** Called when somebody other than this caller has got control. Returns the way to stop. */
  onControl(sandbox: SandboxId, caller: Caller, onLost: () => void): () => void;
  /** Parks the agent until somebody has answered. */
  ask(caller: Caller, sandbox: SandboxId, question: AskPerson, signal?: AbortSignal): Promise<Answer>;
  answer(caller: Caller, sandbox: SandboxId, call: CallId, answer: Answer): Gate;
  send(caller: Caller, sandbox: SandboxId, text: string): Notice;
  takeNotices(caller: Caller, sandbox: SandboxId): Notice[];
  /** The server closes: those who wait are told to come back. */
  letGo(): void;
  /** How many wait to be taken. */
  notices(sandbox: SandboxId): number;
}

export interface FileService {
  stat(sandbox: SandboxId, path: string, terminal?: TerminalId): Promise<FileEntry>;
  list(sandbox: SandboxId, path: string, limit: number, after?: string): Promise<FileListing>;
  read(
    sandbox: SandboxId,
    path: string,
    range: { offset: number; length?: number },
    signal: AbortSignal,
  ): Promise<{ entry: FileEntry; content: Readable }>;
  write(
    caller: Caller,
    sandbox: SandboxId,
    path: string,
    content: AsyncIterable<Uint8Array>,
    options: { expectedVersion?: string; mode?: number; parents?: boolean; sizeBytes?: number; user?: string },
    signal: AbortSignal,
  ): Promise<FileEntry>;
  makeDirectory(caller: Caller, sandbox: SandboxId, path: string, user?: string): Promise<FileEntry>;
  move(caller: Caller, sandbox: SandboxId, from: string, to: string, overwrite: boolean): Promise<FileEntry>;
  remove(caller: Caller, sandbox: SandboxId, path: string, recursive: boolean): Promise<void>;
  trash(
    caller: Caller,
    sandbox: SandboxId,
    paths: readonly string[],
  ): Promise<{ items: TrashItem[]; failed: FileFailure[] }>;
  listTrash(sandbox: SandboxId): Promise<TrashItem[]>;
  restoreTrash(
    caller: Caller,
    sandbox: SandboxId,
    ids: readonly string[],
    overwrite: boolean,
  ): Promise<{ items: FileEntry[]; failed: FileFailure[] }>;
  emptyTrash(caller: Caller, sandbox: SandboxId): Promise<void>;
  find(sandbox: SandboxId, query: FindQuery, signal: AbortSignal): Promise<AsyncIterable<FindResult>>;
  readArchive(sandbox: SandboxId, path: string, signal: AbortSignal): Promise<Readable>;
  writeArchive(
    caller: Caller,
    sandbox: SandboxId,
    path: string,
    content: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<FileEntry>;
}

/** What differs from an earlier moment, and the files of that moment. */
export interface ChangeService {
  /** Now, or as it was at `untilUs`: then told from the log alone. */
  changes(
    sandbox: SandboxId,
    since: Base,
    options: { compare: boolean; everything: boolean; untilUs?: number | undefined },
  ): Promise<Changes>;
  /** What is there now goes to the trash. `entry` is null when the base has no such file. */
  revert(
    caller: Caller,
    sandbox: SandboxId,
    path: string,
    since: Base,
    signal: AbortSignal,
  ): Promise<{ entry: FileEntry | null; trashed: TrashItem | null }>;
  stat(sandbox: SandboxId, base: Base, path: string): Promise<FileEntry>;
  list(sandbox: SandboxId, base: Base, path: string, limit: number, after?: string): Promise<FileListing>;
  read(
    sandbox: SandboxId,
    base: Base,
    path: string,
    range: { offset: number; length?: number },
    signal: AbortSignal,
  ): Promise<{ entry: FileEntry; content: Readable }>;
}

export interface MachineService {
  processes(sandbox: SandboxId): Promise<ProcessInfo[]>;
  /** Of its desktop, as they were told of last, by then. */
  windows(sandbox: SandboxId, untilUs: number | undefined): ScreenWindows;
  signal(caller: Caller, sandbox: SandboxId, pid: number, signal: Signal): Promise<void>;
  ports(sandbox: SandboxId): Promise<Omit<PortInfo, 'previewUrl'>[]>;
  /** `holdsTabs: false`: who speaks to a browser there lets every new tab go on by itself. */
  connectPort(sandbox: SandboxId, port: number, options?: { readonly holdsTabs: boolean }): Promise<Duplex>;
}

/** One viewer of a screen; it acknowledges what it drew and gets every update its link can carry. */
export interface ScreenViewer {
  /** Whose it is: during a private moment only who wants it sees the screen. */
  readonly token?: TokenId | undefined;
  /** Messages come encoded (protocol/screen.ts): the same buffer goes to every viewer. */
  readonly onMessage: (encoded: Uint8Array, message: { seq: number; atUs: number }) => void;
  readonly onClipboard: (text: string) => void;
  readonly onEnded: (reason: string) => void;
}

export interface ScreenHandle {
  ack(seq: number): void;
  close(): void;
}

export interface ScreenInput {
  pointer(x: number, y: number, buttons: number): void;
  key(keysym: number, down: boolean): void;
  clipboard(text: string): void;
  resize(width: number, height: number): void;
  /** Releases what this viewer holds down. */
  release(): void;
}

export interface ScreenService {
  /** First frame is the live set (or what follows `resumeFrom`); `notSupported` when the sandbox has no screen. */
  watch(sandbox: SandboxId, viewer: ScreenViewer, resumeFrom?: number): Promise<ScreenHandle>;
  input(caller: Caller, sandbox: SandboxId): Promise<ScreenInput>;
  /** @throws AppError `wrongState` during a private moment of somebody else. */
  png(sandbox: SandboxId, by?: TokenId): Promise<Uint8Array>;
}

export interface ThumbnailViewer {
  /** A JPEG file and the position that it shows. */
  readonly onPicture: (picture: Still & { readonly jpeg: Uint8Array }) => void;
  /** Of a sandbox without a screen. */
  readonly onMiniature: (miniature: Miniature | null, seq: number) => void;
}

export interface ThumbnailService {
  /** The newest picture at once, then at most two a second while it changes. Resolves to what stops it. */
  watch(sandbox: SandboxId, viewer: ThumbnailViewer): Promise<() => void>;
  /** Of the recording, also of an ended sandbox. `toUs` undefined = now. */
  stills(
    sandbox: SandboxId,
    range: { fromUs: number; toUs: number | undefined; count: number },
  ): Promise<{ items: Still[]; total: number; nowUs: number }>;
  /** The one that showed at a moment; `isFinal`: that will never be another one. */
  still(sandbox: SandboxId, atUs: number): Promise<{ still: Still & { readonly jpeg: Uint8Array }; isFinal: boolean }>;
}

export interface RunService {
  list(query: {
    sandbox?: SandboxId | undefined;
    /** Of one sandbox alone, since the token reaches no further. */
    only?: SandboxId | undefined;
    outcome?: Run['outcome'] | undefined;
    verdict?: 'pass' | 'fail' | 'unsure' | 'none' | undefined;
    agent?: string | undefined;
    label?: string | undefined;
    judgedBy?: string | undefined;
    q?: string | undefined;
    sort: RunSort;
    limit: number;
    after?: string | undefined;
  }): Promise<{ items: Run[]; next: string | null; summary: RunSummary }>;
  get(sandbox: SandboxId, run: RunId): Run;
  /** Now, by its agent; or, with a range, one that a person marks. */
  start(caller: Caller, sandbox: SandboxId, body: StartRun): Promise<Run>;
  update(caller: Caller, sandbox: SandboxId, run: RunId, body: UpdateRun): Promise<Run>;
  end(caller: Caller, sandbox: SandboxId, run: RunId, body: EndRun): Promise<Run>;
  /** For the run of this agent here, or the one that its first call will begin, unless it has a budget already. */
  limit(caller: Caller, sandbox: SandboxId, budget: RunBudget): void;
  /** Which limits its runs here stand under. */
  limits(caller: Caller, sandbox: SandboxId): ReadonlySet<BudgetLimit>;
  /** A reply of its model, against the budgets of its runs here. */
  spend(caller: Caller, sandbox: SandboxId, spending: Spending): Promise<void>;
  /** What its agent thinks or plans. */
  say(caller: Caller, sandbox: SandboxId, run: RunId, said: { text: string; sort: NonNullable<Say['sort']> }): void;
  remove(caller: Caller, sandbox: SandboxId, run: RunId): Promise<void>;
  /** null takes the verdict back. */
  judge(caller: Caller, sandbox: SandboxId, run: RunId, verdict: GiveVerdict | null): Promise<Run>;
}

export interface NoteService {
  /** By moment. */
  list(sandbox: SandboxId): Note[];
  all(): Note[];
  write(caller: Caller, sandbox: SandboxId, body: WriteNote): Promise<Note>;
  edit(caller: Caller, sandbox: SandboxId, note: NoteId, body: EditNote): Promise<Note>;
  remove(caller: Caller, sandbox: SandboxId, note: NoteId): Promise<void>;
}

export interface SystemService {
  system(): Promise<System>;
  phase(): 'starting' | 'ok' | 'stopping';
}

/** Opens a port of a sandbox on an origin of its own. */
export interface PreviewService {
  /** `host` is the Host header under which the caller reached this server, so that the URL is reachable for it too. */
  open(
    caller: Caller,
    sandbox: SandboxId,
    port: number,
    options: { host: string },
  ): Promise<{ url: string; expiresAtMs: number }>;
}

export interface Services {
  readonly system: SystemService;
  readonly sandboxes: SandboxService;
  readonly privacy: PrivacyService;
  readonly checkpoints: CheckpointService;
  readonly terminals: TerminalService;
  readonly execs: ExecService;
  /** For doors whose calls are not those of another service here (a click, a navigation, a question). */
  readonly calls: CallService;
  readonly rules: RuleService;
  readonly gate: GateService;
  readonly webhooks: WebhookService;
  readonly interventions: InterventionService;
  readonly files: FileService;
  readonly changes: ChangeService;
  readonly pastFiles: PastFileService;
  readonly conversations: ConversationService;
  readonly machine: MachineService;
  readonly screens: ScreenService;
  readonly browser: BrowserService;
  readonly search: SearchService;
  readonly runs: RunService;
  readonly notes: NoteService;
  readonly thumbnails: ThumbnailService;
  readonly previews: PreviewService;
  readonly replay: ReplayService;
}

export type { ScreenMessage, TrackFrame };
