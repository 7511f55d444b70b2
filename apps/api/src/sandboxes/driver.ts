/**
 * The driver port: the adapter to a sandbox system. Small on purpose; what a driver cannot do is said in its capabilities and
 * its methods are then never called. Errors are AppErrors of the protocol's table.
 */

import type { Server } from 'node:net';
import type { Duplex, Readable } from 'node:stream';
import type {
  Capabilities,
  CheckpointId,
  ExecId,
  Exit,
  FileChange,
  FileEntry,
  FileFailure,
  FileListing,
  FindQuery,
  FindResult,
  ImageName,
  Limits,
  PortInfo,
  Probe,
  ProcessInfo,
  SandboxId,
  ScreenWindows,
  Signal,
  TerminalId,
  TrashItem,
} from '@sandglass/protocol';
import type { VariablesForProgram } from '@sandglass/protocol/guest';

export interface DriverReport {
  readonly driver: string;
  readonly level: string;
  readonly levelReason: string;
  readonly probes: readonly Probe[];
  readonly capabilities: Capabilities;
  readonly images: readonly {
    readonly name: ImageName;
    readonly ready: boolean;
    readonly sizeBytes: number | null;
    readonly defaults: Limits;
    readonly screen: 'rfb' | 'cdp' | 'none';
  }[];
  readonly host: {
    readonly cpus: number;
    readonly memoryMb: number;
    readonly diskFreeMb: number;
    /** How many processes the whole host can have. */
    readonly pids: number;
  };
  readonly privilege: { readonly serverUid: number; readonly separated: boolean; readonly detail: string };
}

export interface CreateSpec {
  readonly id: SandboxId;
  readonly source:
    | { readonly image: ImageName }
    | { readonly checkpoint: CheckpointId; readonly image: ImageName; readonly memory: boolean };
  readonly limits: Limits;
  readonly environment: Readonly<Record<string, string>>;
  readonly screen: { readonly width: number; readonly height: number } | null;
  /** Shown as the host name. */
  readonly hostname: string;
}

/**
 * Where a sandbox's output goes: the recorder. Offsets are counted per stream from its first byte. The driver may deliver a
 * stretch twice (after a reconnection); the sink drops what it has. When a `…Data` call returns, the bytes are durable
 * against a killed process and the driver acknowledges them to the guest, which then forgets them.
 */
export interface SandboxSink {
  terminalOffset(terminal: TerminalId): number;
  terminalData(terminal: TerminalId, offset: number, bytes: Uint8Array): void | Promise<void>;
  terminalResized(terminal: TerminalId, columns: number, rows: number): void;
  terminalExited(terminal: TerminalId, exit: Exit): void;
  execOffset(exec: ExecId, stream: 'stdout' | 'stderr'): number;
  execData(exec: ExecId, stream: 'stdout' | 'stderr', offset: number, bytes: Uint8Array): void | Promise<void>;
  execExited(exec: ExecId, exit: Exit, timedOut: boolean): void;
  fileChanges(changes: readonly FileChange[], dropped: number): void;
  /** The windows of its desktop, whenever they are others; a driver that cannot tell never calls it. */
  windowsSeen(windows: ScreenWindows): void;
  /** Where the pointer of its desktop is, whoever moved it; buttons as in RFB. A driver that cannot tell never calls it. */
  pointerSeen(pointer: { readonly x: number; readonly y: number; readonly buttons: number }): void;
  /** The sandbox ended without being asked to, or its guest is gone for good. Last call on this sink. */
  lost(reason: string): void;
}

export interface TerminalSpec {
  readonly id: TerminalId;
  readonly columns: number;
  readonly rows: number;
  readonly cwd?: string;
  readonly environment: VariablesForProgram;
  readonly user: string;
  readonly command?: readonly string[];
}

export interface ExecSpec {
  readonly id: ExecId;
  readonly command: readonly string[];
  readonly cwd?: string;
  readonly environment: VariablesForProgram;
  readonly user: string;
  readonly timeoutMs?: number;
  readonly stdin: boolean;
}

/** All paths are resolved by the guest, inside the sandbox. */
export interface SandboxFiles {
  /** A relative path is seen from where the program in `terminal` is, or from home. */
  stat(path: string, terminal?: TerminalId): Promise<FileEntry>;
  /** Directories first, then by name; `after` is the `next` of the page before. */
  list(path: string, limit: number, after?: string): Promise<FileListing>;
  /** Errors before the first byte reject; `length` undefined = to the end. */
  read(
    path: string,
    range: { offset: number; length?: number },
    signal: AbortSignal,
  ): Promise<{ entry: FileEntry; content: Readable }>;
  /** Whole-file, atomic (temporary file, then rename). `expectedVersion: 'none'` = must not exist. Nothing is changed when it rejects. */
  write(
    path: string,
    content: AsyncIterable<Uint8Array>,
    options: { expectedVersion?: string; mode?: number; parents?: boolean; sizeBytes?: number; user?: string },
    signal: AbortSignal,
  ): Promise<FileEntry>;
  /** `user`: whose it becomes; the sandbox's own unless said. */
  makeDirectory(path: string, user?: string): Promise<FileEntry>;
  move(from: string, to: string, overwrite: boolean): Promise<FileEntry>;
  remove(path: string, recursive: boolean): Promise<void>;
  /** What can be moved to the trash is; the rest is told. `copy`: files stay where they are too. */
  trash(paths: readonly string[], copy: boolean): Promise<{ items: TrashItem[]; failed: FileFailure[] }>;
  listTrash(): Promise<TrashItem[]>;
  restoreTrash(ids: readonly string[], overwrite: boolean): Promise<{ items: FileEntry[]; failed: FileFailure[] }>;
  emptyTrash(): Promise<void>;
  /** The last one is the `end`. Leaving it, or the signal, ends the search. */
  find(query: FindQuery, signal: AbortSignal): Promise<AsyncIterable<FindResult>>;
  /** A tar stream of a folder. */
  readArchive(path: string, signal: AbortSignal): Promise<Readable>;
  writeArchive(path: string, content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<FileEntry>;
}

/** The files of a checkpoint or an image, to be looked at. */
export interface BaseFiles {
  readonly files: Pick<SandboxFiles, 'stat' | 'list' | 'read'>;
  /** Nothing of it stays on the host. Repeating it is not an error. */
  close(): Promise<void>;
}

export interface DriverSandbox {
  readonly id: SandboxId;
  readonly capabilities: Capabilities;
  readonly files: SandboxFiles;
  /** Terminals and execs the guest still has (after a server restart). */
  running(): Promise<{ terminals: readonly TerminalId[]; execs: readonly ExecId[] }>;
  /** `pid` as programs in the sandbox see it, where the driver knows it. */
  openTerminal(spec: TerminalSpec): Promise<{ readonly pid?: number | undefined }>;
  writeTerminal(terminal: TerminalId, text: string): Promise<void>;
  resizeTerminal(terminal: TerminalId, columns: number, rows: number): Promise<void>;
  closeTerminal(terminal: TerminalId): Promise<void>;
  startExec(spec: ExecSpec): Promise<{ readonly pid?: number | undefined }>;
  writeStdin(exec: ExecId, bytes: Uint8Array): Promise<void>;
  closeStdin(exec: ExecId): Promise<void>;
  signalExec(exec: ExecId, signal: Signal): Promise<void>;
  processes(): Promise<ProcessInfo[]>;
  signalProcess(pid: number, signal: Signal): Promise<void>;
  ports(): Promise<Omit<PortInfo, 'previewUrl'>[]>;
  /** A fresh RFB connection to its screen (ProtocolVersion not yet read). */
  openScreen(): Promise<Duplex>;
  connectPort(port: number): Promise<Duplex>;
  /** A server whose socket lives inside the sandbox, on its loopback: the egress proxy listens so. */
  listenPort(port: number): Promise<Server>;
  stats(): Promise<{
    cpuUsec: number;
    memoryBytes: number;
    memoryLimitBytes: number | null;
    diskBytes: number;
    pids: number;
  }>;
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** The sandbox goes on (or stays frozen). */
  checkpoint(
    checkpoint: CheckpointId,
    memory: boolean,
  ): Promise<{ stoppedMs: number; memory: boolean; notHeld: readonly string[] }>;
  /** Puts it back: its processes end, the files (and memory) of the checkpoint come. Terminals and execs are gone after it. */
  restore(checkpoint: CheckpointId, memory: boolean): Promise<void>;
  setLimits(limits: Limits): Promise<void>;
  kill(): Promise<void>;
  /** Lets go of this handle without touching the sandbox (server stops). */
  release(): Promise<void>;
}

export interface Driver {
  readonly name: string;
  probe(): Promise<DriverReport>;
  /** The id of a sandbox it keeps warm, to be given to `create`; what is not used is given back with `discard`. */
  reserve?(image: ImageName): SandboxId | undefined;
  create(spec: CreateSpec, sink: SandboxSink): Promise<DriverSandbox>;
  /** What exists, for reconciliation after a crash. */
  list(): Promise<{
    sandboxes: readonly { id: SandboxId; state: 'running' | 'frozen' | 'dead' }[];
    checkpoints: readonly CheckpointId[];
  }>;
  /** Takes over a sandbox that outlived the server. */
  adopt(spec: CreateSpec, sink: SandboxSink): Promise<DriverSandbox>;
  /** Removes whatever the host still has of this id. */
  discard(id: SandboxId): Promise<void>;
  removeCheckpoint(checkpoint: CheckpointId): Promise<void>;
  /**
   * Opens what a checkpoint or an image holds, without running any of it: through a guest, as all access to files, in a
   * sandbox of its own that has no way out. `id` names it on the host, so that a crash leaves nothing unknown.
   */
  openBase(
    id: SandboxId,
    source: { readonly checkpoint: CheckpointId; readonly image: ImageName } | { readonly image: ImageName },
  ): Promise<BaseFiles>;
  close(): Promise<void>;
}
