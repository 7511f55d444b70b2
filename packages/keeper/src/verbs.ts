/**
 * What may be asked of the keeper, and nothing else: ids and numbers, never paths, commands or options. Requests and replies
 * travel over the Node IPC channel between keeper (parent) and server (child); sockets travel as handles beside the reply.
 */
export type Level = 'L3' | 'L2' | 'L1' | 'L0';
export type ImageName = 'base' | 'desktop' | 'browser' | 'code-interpreter';

export interface KeeperProbe {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly fix?: string;
}

export interface KeeperLimits {
  /** Cores; fractions allowed. */
  readonly cpus: number;
  readonly memoryMb: number;
  readonly diskMb: number;
  readonly pids: number;
}

export interface KeeperInfo {
  readonly version: string;
  readonly level: Level;
  /** Why not the next better level, and how to get it; empty at L3. */
  readonly levelReason: string;
  readonly probes: readonly KeeperProbe[];
  readonly images: readonly { readonly name: ImageName; readonly ready: boolean; readonly sizeBytes: number | null }[];
  readonly host: { readonly cpus: number; readonly memoryMb: number; readonly diskFreeMb: number };
  readonly privilege: { readonly serverUid: number; readonly separated: boolean; readonly detail: string };
  /** Which limits the level really enforces. */
  readonly limits: { readonly cpu: boolean; readonly memory: boolean; readonly pids: boolean; readonly disk: boolean };
  readonly memoryCheckpoints: boolean;
  readonly tracking: 'fanotify' | 'inotify';
}

/** Environment handed to the guest's first process only as numbers and ids the keeper checks. */
export interface CreateRequest {
  readonly id: string;
  readonly source: { readonly image: ImageName } | { readonly checkpoint: string };
  readonly limits: KeeperLimits;
  /** Port in the sandbox's netns the guest dials (the keeper made a listener there: see `listen`). */
  readonly guestPort: number;
  /** 32–64 hex digits; the guest presents it on its connection, so that nothing else in the sandbox can pose as the guest. */
  readonly guestSecret: string;
  /** With `checkpoint`: bring its memory back too, when it has any. */
  readonly memory?: boolean;
}

export interface KeeperSandbox {
  readonly id: string;
  readonly state: 'running' | 'frozen' | 'dead';
  readonly image: ImageName | null;
  /** Host pid of its first process. */
  readonly pid: number | null;
  readonly startedAtMs: number;
}

export interface KeeperStats {
  readonly cpuUsec: number;
  readonly memoryBytes: number;
  readonly memoryLimitBytes: number | null;
  readonly diskBytes: number;
  readonly pids: number;
}

export interface SnapshotReply {
  /** How long its processes stood still, milliseconds. */
  readonly stoppedMs: number;
  readonly memory: boolean;
  /** What the checkpoint does not hold, in words. */
  readonly notHeld: readonly string[];
}

/** verb → [request, reply]. `listen` and `connect` come with a handle. */
export interface Verbs {
  info: [Record<string, never>, KeeperInfo];
  list: [Record<string, never>, { sandboxes: readonly KeeperSandbox[]; checkpoints: readonly string[] }];
  create: [CreateRequest, KeeperSandbox];
  /** net.Server listening on 127.0.0.1:port inside the sandbox's network namespace. */
  listen: [{ id: string; port: number }, Record<string, never>];
  /** net.Socket connected to 127.0.0.1:port inside it. Fails with `portClosed`. */
  connect: [{ id: string; port: number }, Record<string, never>];
  freeze: [{ id: string }, Record<string, never>];
  thaw: [{ id: string }, Record<string, never>];
  setLimits: [{ id: string; limits: KeeperLimits }, Record<string, never>];
  /** Freezes (unless frozen), snapshots, thaws (unless it was frozen). */
  snapshot: [{ id: string; checkpoint: string; memory: boolean }, SnapshotReply];
  removeCheckpoint: [{ checkpoint: string }, Record<string, never>];
  stats: [{ id: string }, KeeperStats];
  /** Ends every process and removes every host object of the sandbox. Repeating it is not an error. */
  kill: [{ id: string }, Record<string, never>];
}
export type Verb = keyof Verbs;

export type KeeperErrorCode =
  | 'badRequest'
  | 'notFound'
  | 'alreadyExists'
  | 'wrongState'
  | 'limitExceeded'
  | 'noSpace'
  | 'portClosed'
  | 'notSupported'
  | 'timeout'
  | 'internal';

export interface KeeperFileEvent {
  readonly path: string;
  readonly kind: 'created' | 'modified' | 'deleted' | 'renamed' | 'attributes';
  readonly to?: string;
  readonly directory: boolean;
  readonly pid?: number;
}

/** What the keeper says unasked. */
export type KeeperNotice =
  | { readonly notice: 'exited'; readonly id: string; readonly reason: string }
  | {
      readonly notice: 'files';
      readonly id: string;
      readonly changes: readonly KeeperFileEvent[];
      readonly dropped: number;
    }
  | { readonly notice: 'stopping' };

export type ToKeeper = { [V in Verb]: { readonly ask: number; readonly verb: V; readonly request: Verbs[V][0] } }[Verb];
export type FromKeeper =
  | { readonly answer: number; readonly reply: unknown }
  | { readonly answer: number; readonly error: { readonly code: KeeperErrorCode; readonly message: string } }
  | KeeperNotice;
