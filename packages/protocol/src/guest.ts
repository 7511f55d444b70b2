/**
 * Messages between guest and server; guestFrame.ts has the frames they travel in. What the guest says is hostile input (any
 * program in the sandbox may have taken its place), so the server parses it with these schemas; the guest uses the types only.
 */
import { z } from 'zod';
import { ErrorCode } from './errors.ts';
import type { FindQuery } from './find.ts';
import { mostWindows } from './guestFrame.ts';
import { ExecId, TerminalId } from './ids.ts';
import { Exit, FileChange, FileEntry, FileListing, PortInfo, ProcessInfo, type Signal } from './machine.ts';
import { FileFailure, TrashItem } from './trash.ts';

export * from './guestFrame.ts';
export * from './sendBuffer.ts';

const Offset = z
  .number()
  .int()
  .min(0)
  .max(2 ** 47);
const Path = z.string().max(4096);
const GuestText = z.string().max(1024);

const Produced = z.object({ acked: Offset, end: Offset });
export const GuestHello = z.object({
  type: z.literal('hello'),
  version: z.number().int(),
  secret: z.string().max(128),
  /** Random for each start of the guest; a reconnection keeps it. */
  bootId: z.string().max(64),
  terminals: z
    .array(
      z.object({ id: TerminalId, columns: z.number().int(), rows: z.number().int(), output: Produced, input: Offset }),
    )
    .max(512),
  execs: z.array(z.object({ id: ExecId, stdout: Produced, stderr: Produced, input: Offset })).max(8192),
});
export type GuestHello = z.infer<typeof GuestHello>;

const BoundedExit = Exit.extend({ signal: z.string().max(32).nullable() });
const Change = FileChange.pick({ path: true, kind: true, to: true, directory: true }).extend({
  path: Path,
  to: Path.optional(),
});

const Pixel = z.number().int().min(0).max(65_535);
const WindowId = z.number().int().min(0).max(0xffff_ffff);
const GuestWindow = z.object({ id: WindowId, title: GuestText, application: z.string().max(256) });

/** Guest → server, after `hello`. */
export const GuestMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('reply'), id: z.number().int(), result: z.unknown() }),
  z.object({ type: z.literal('error'), id: z.number().int(), code: ErrorCode, message: GuestText }),
  /** The stream's last byte was before `offset`. */
  z.object({ type: z.literal('end'), stream: z.string().max(64), offset: Offset }),
  z.object({ type: z.literal('failed'), stream: z.string().max(64), code: ErrorCode, message: GuestText }),
  /** Follows the last byte of its output; repeated after a reconnection until the server says `forget`. */
  z.object({ type: z.literal('terminalExited'), terminal: TerminalId, exit: BoundedExit, end: Offset }),
  z.object({
    type: z.literal('execExited'),
    exec: ExecId,
    exit: BoundedExit,
    timedOut: z.boolean(),
    stdoutEnd: Offset,
    stderrEnd: Offset,
  }),
  z.object({ type: z.literal('files'), changes: z.array(Change).max(1000), dropped: z.number().int().min(0) }),
  /** The windows as they are now; said again after each welcome. */
  z.object({ type: z.literal('windows'), windows: z.array(GuestWindow).max(mostWindows), active: WindowId.nullable() }),
  /** Where the pointer of the screen is, whoever moved it; buttons as RFB counts them. Ten times a second while it moves. */
  z.object({ type: z.literal('pointer'), x: Pixel, y: Pixel, buttons: z.number().int().min(0).max(7) }),
]);
export type GuestMessage = z.infer<typeof GuestMessage>;

/** Server → guest. */
export type ServerMessage =
  /** `offset`: what the server has for good. `shift`: add this to the stream's offsets first. Streams not named start at their `acked`. */
  | {
      readonly type: 'welcome';
      /** To be used from the next connection on: a fork begins with its parent's memory and must not keep its secret. */
      readonly secret?: string;
      readonly streams: readonly { readonly stream: string; readonly offset: number; readonly shift: number }[];
    }
  | GuestRequestMessage
  | { readonly type: 'end'; readonly stream: string; readonly offset: number }
  /** The reader of a stream has gone, or its writer gave up. */
  | { readonly type: 'cancel'; readonly stream: string }
  /** The exit of this terminal or exec is in the log. */
  | { readonly type: 'forget'; readonly id: TerminalId | ExecId };

type Nothing = Record<string, never>;
/** Null: without it, whatever else gives it. */
export type VariablesForProgram = Readonly<Record<string, string | null>>;
/** A guest that is older than its server does not say it. */
type Started = { readonly pid?: number | undefined };
/** op → [arguments, result]. Paths are absolute or relative to the user's home. */
export interface GuestOps {
  configure: [
    {
      readonly hostname: string;
      readonly environment: Readonly<Record<string, string>>;
      readonly screen: { readonly width: number; readonly height: number } | null;
      /** Report changes under /home/user by inotify. */
      readonly watch: boolean;
    },
    Nothing,
  ];
  openTerminal: [
    {
      readonly terminal: TerminalId;
      readonly columns: number;
      readonly rows: number;
      readonly cwd?: string;
      readonly environment: VariablesForProgram;
      readonly user: string;
      readonly command?: readonly string[];
    },
    Started,
  ];
  /** `end`: how much output there was when the size changed. */
  resizeTerminal: [{ readonly terminal: TerminalId; readonly columns: number; readonly rows: number }, { end: number }];
  closeTerminal: [{ readonly terminal: TerminalId }, Nothing];
  startExec: [
    {
      readonly exec: ExecId;
      readonly command: readonly string[];
      readonly cwd?: string;
      readonly environment: VariablesForProgram;
      readonly user: string;
      readonly timeoutMs?: number;
      readonly stdin: boolean;
    },
    Started,
  ];
  signalExec: [{ readonly exec: ExecId; readonly signal: Signal }, Nothing];
  processes: [Nothing, { items: ProcessInfo[] }];
  signalProcess: [{ readonly pid: number; readonly signal: Signal }, Nothing];
  ports: [Nothing, { items: Omit<PortInfo, 'previewUrl'>[] }];
  stat: [{ readonly path: string; readonly terminal?: TerminalId }, FileEntry];
  list: [{ readonly path: string; readonly limit: number; readonly after?: string }, FileListing];
  read: [
    { readonly path: string; readonly offset: number; readonly length?: number; readonly stream: string },
    FileEntry,
  ];
  write: [
    {
      readonly path: string;
      readonly stream: string;
      readonly expectedVersion?: string;
      readonly mode?: number;
      readonly parents?: boolean;
      readonly sizeBytes?: number;
      /** Whose what is new becomes; the sandbox's own user unless said. */
      readonly user?: string;
    },
    FileEntry,
  ];
  makeDirectory: [{ readonly path: string; readonly user?: string }, FileEntry];
  move: [{ readonly from: string; readonly to: string; readonly overwrite: boolean }, FileEntry];
  remove: [{ readonly path: string; readonly recursive: boolean }, Nothing];
  trash: [
    { readonly paths: readonly string[]; readonly copy?: boolean },
    { items: TrashItem[]; failed: FileFailure[] },
  ];
  listTrash: [Nothing, { items: TrashItem[] }];
  restoreTrash: [
    { readonly ids: readonly string[]; readonly overwrite: boolean },
    { items: FileEntry[]; failed: FileFailure[] },
  ];
  emptyTrash: [Nothing, Nothing];
  /** Lines of JSON (FindResult) follow on the stream. */
  find: [FindQuery & { readonly stream: string }, Nothing];
  readArchive: [{ readonly path: string; readonly stream: string }, Nothing];
  writeArchive: [{ readonly path: string; readonly stream: string }, FileEntry];
}
export type GuestOp = keyof GuestOps;
export type GuestRequestMessage = {
  [O in GuestOp]: { readonly type: 'request'; readonly id: number; readonly op: O; readonly args: GuestOps[O][0] };
}[GuestOp];

const BoundedEntry = FileEntry.extend({
  name: z.string().max(1024),
  path: z.string().max(8192),
  user: z.string().max(64),
  group: z.string().max(64),
  target: z.string().max(8192).nullable(),
});
const BoundedTrash = TrashItem.extend({ id: z.string().max(1024), path: z.string().max(8192) });
const failed = z.array(FileFailure.extend({ path: z.string().max(8192), message: GuestText })).max(1000);
const started = z.object({ pid: z.number().int().positive().optional() });
const nothing = z.object({}).transform((): Nothing => ({}));

/** How the server checks the guest's replies. */
export const guestResults: { readonly [O in GuestOp]: z.ZodType<GuestOps[O][1]> } = {
  configure: nothing,
  openTerminal: started,
  resizeTerminal: z.object({ end: Offset }),
  closeTerminal: nothing,
  startExec: started,
  signalExec: nothing,
  processes: z.object({
    items: z
      .array(
        ProcessInfo.extend({
          user: z.string().max(64),
          command: z.string().max(256),
          arguments: z.array(z.string().max(4096)).max(256),
          state: z.string().max(16),
        }),
      )
      .max(4096),
  }),
  signalProcess: nothing,
  ports: z.object({
    items: z
      .array(
        PortInfo.omit({ previewUrl: true }).extend({
          port: z.number().int().min(1).max(65_535),
          address: z.string().max(64),
          process: z.string().max(256).nullable(),
        }),
      )
      .max(1024),
  }),
  stat: BoundedEntry,
  list: FileListing.extend({
    path: z.string().max(8192),
    items: z.array(BoundedEntry).max(100_000),
    next: z.string().max(1100).nullable().default(null),
  }),
  read: BoundedEntry,
  write: BoundedEntry,
  makeDirectory: BoundedEntry,
  move: BoundedEntry,
  remove: nothing,
  trash: z.object({ items: z.array(BoundedTrash).max(1000), failed }),
  listTrash: z.object({ items: z.array(BoundedTrash).max(2000) }),
  restoreTrash: z.object({ items: z.array(BoundedEntry).max(1000), failed }),
  emptyTrash: nothing,
  find: nothing,
  readArchive: nothing,
  writeArchive: BoundedEntry,
};
