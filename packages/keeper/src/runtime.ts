/** What the keeper needs of a way to run sandboxes, and of a place for their trees. One of each is chosen by the level. */
import type { Server, Socket } from 'node:net';
import type { KeeperLimits } from './verbs.ts';

/** A sandbox's root folder. With `overlay` it is empty, and the sandbox mounts an overlay with these options over it. */
export interface Tree {
  readonly path: string;
  readonly overlay?: string;
}

export interface StartSpec {
  readonly id: string;
  /** Its own directory in the run folder: configuration, state, nothing the sandbox can write. */
  readonly runDir: string;
  readonly tree: Tree;
  readonly limits: KeeperLimits;
  readonly args: readonly string[];
  readonly env: readonly string[];
  /** Host folders shown inside, read-only. */
  readonly binds: readonly { readonly from: string; readonly to: string }[];
  /** Memory to come back with, made by `dump`. */
  readonly memoryFrom?: string;
}

/** A running sandbox as the keeper holds it: `pidfd` and `netFd` cannot come to mean another process or network. */
export interface Running {
  readonly id: string;
  readonly pid: number;
  readonly pidfd: number;
  readonly netFd: number;
}

export interface Runtime {
  readonly limits: { readonly cpu: boolean; readonly memory: boolean; readonly pids: boolean };
  /** Resolves with the host pid of its first process. Leaves nothing behind when it rejects. */
  start(spec: StartSpec): Promise<number>;
  freeze(sandbox: Running): Promise<void>;
  thaw(sandbox: Running): void;
  isFrozen(sandbox: Running): boolean;
  stats(sandbox: Running): { cpuUsec: number; memoryBytes: number; memoryLimitBytes: number | null; pids: number };
  setLimits(sandbox: Running, limits: KeeperLimits): void;
  listen(sandbox: Running, port: number): Promise<Server>;
  connect(sandbox: Running, port: number): Promise<Socket>;
  /** Why it ended by itself, as far as the kernel tells. */
  endReason(id: string): string;
  /** Ends every process of this id and removes its kernel objects; also when nothing but the id is known. */
  end(id: string, runDir: string, sandbox: Running | null): Promise<void>;
  readonly dumpsMemory: boolean;
  /** Writes the memory of a frozen sandbox, which stays frozen. @throws Refusal `notSupported` with what it cannot write */
  dump(sandbox: Running, runDir: string, images: string): Promise<void>;
}

export type Source = { readonly image: string } | { readonly checkpoint: string };

export interface Store {
  readonly limitsDisk: boolean;
  /** How changes in it can be seen from outside; null: they cannot. */
  readonly tracked: 'btrfs' | 'overlay' | null;
  /** Makes the tree of a new sandbox. Leaves nothing behind when it rejects. */
  create(id: string, source: Source, diskMb: number): Promise<Tree>;
  limit(id: string, diskMb: number): Promise<void>;
  diskBytes(id: string): Promise<number>;
  /** Writes out what is dirty, so that the snapshot that follows is short. */
  settle(): Promise<void>;
  /** Where the memory of its checkpoints is kept, a folder for each; for root alone, since it holds secrets in clear. */
  readonly memoryRoot: string;
  snapshot(id: string, checkpoint: string): Promise<void>;
  /** Of a sandbox or a checkpoint. Absent is fine. */
  remove(id: string): Promise<void>;
  /** Says whose the checkpoint is that is about to be made. */
  own(id: string): void;
  isOfAnother(id: string): boolean;
  /** The data directory that it belongs to no longer exists. */
  isOrphaned(id: string): boolean;
  /** What it holds of this data directory, and of data directories that no longer exist. */
  trees(): { readonly owned: readonly string[]; readonly orphaned: readonly string[] };
}
