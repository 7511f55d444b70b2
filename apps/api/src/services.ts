/**
 * What http, streams and doors may ask of the inner rooms. Every method takes the caller (already authenticated) first, where
 * the recording must say who did it. Roles and scopes are checked by the outer rooms, states and limits in here. Throws AppError.
 */
import type { Duplex, Readable } from 'node:stream';
import type {
  Actor,
  Base,
  Changes,
  Checkpoint,
  CheckpointId,
  CreateCheckpoint,
  CreateSandbox,
  Door,
  Exec,
  ExecId,
  FileEntry,
  FileFailure,
  FileListing,
  FindQuery,
  FindResult,
  OpenTerminal,
  PortInfo,
  ProcessInfo,
  Sandbox,
  SandboxId,
  SandboxPhase,
  ScreenMessage,
  ScreenWindows,
  Signal,
  StartExec,
  Stats,
  System,
  Terminal,
  TerminalId,
  TokenId,
  TrashItem,
  UpdateSandbox,
  UpdateTerminal,
} from '@sandglass/protocol';
import type { ReplayService } from './bundles/replayedFile.ts';
import type { AskedCall, CallService, GateService } from './gate/gateService.ts';
import type { RuleService } from './gate/rules/ruleService.ts';
import type { ConversationService } from './recorder/conversations/service.ts';
import type { PastFileService } from './recorder/files/service.ts';
import type { SandboxLog, TrackFrame } from './recorder/log.ts';
import type { BrowserService } from './recorder/pages/acts.ts';
import type { ScreenService, ThumbnailService } from './recorder/screen/screenServices.ts';
import type { NoteService, RunService } from './reviews/reviewServices.ts';
import type { InterventionService } from './sandboxes/interventions.ts';
import type { SearchService } from './search/service.ts';
import type { WebhookService } from './webhooks/service.ts';

export type { AskedCall, CallService, GateService } from './gate/gateService.ts';
export type {
  ScreenHandle,
  ScreenInput,
  ScreenService,
  ScreenViewer,
  ThumbnailService,
  ThumbnailViewer,
} from './recorder/screen/screenServices.ts';
export type { NoteService, RunService } from './reviews/reviewServices.ts';

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
  /** The log, also of an ended sandbox: of a fork what is its own. */
  log(id: SandboxId): SandboxLog;
  /** All that can be looked at: of a fork also the past that it shares with its parent. To be read only. */
  recording(id: SandboxId): SandboxLog;
  /** Whose machine it was at a moment: its own, or that of one it was forked from. */
  ownerAt(id: SandboxId, atUs: number): SandboxId;
  /** Those it was forked from and whose past it has, the nearest first, each up to a position. */
  pasts(id: SandboxId): { readonly sandbox: SandboxId; readonly throughSeq: number }[];
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
