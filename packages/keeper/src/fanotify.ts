/** The kernel's record of who changed which name in a file system: the calls, and the reading of what they bring. */
import koffi from 'koffi';
import { encodeName } from './fileName.ts';

const libc = koffi.load('libc.so.6');
const init = libc.func('int fanotify_init(uint32_t flags, uint32_t eventFlags)');
const mark = libc.func('int fanotify_mark(int fd, uint32_t flags, uint64_t mask, int directory, const char *path)');
const readFd = libc.func('long read(int fd, void *buffer, size_t size)');
const poll = libc.func('int poll(void *fds, unsigned long count, int timeoutMs)');
const openHandle = libc.func('int open_by_handle_at(int mount, void *handle, int flags)');
const nameToHandle = libc.func(
  'int name_to_handle_at(int directory, const char *path, void *handle, void *mount, int flags)',
);

const AT_FDCWD = -100;
const O_PATH_DIRECTORY_CLOEXEC = 0o10000000 | 0o200000 | 0o2000000;

export const FAN_ATTRIB = 0x4;
export const FAN_CLOSE_WRITE = 0x8;
export const FAN_CREATE = 0x100;
export const FAN_DELETE = 0x200;
export const FAN_RENAME = 0x10000000;
export const FAN_ONDIR = 0x40000000;
export const FAN_Q_OVERFLOW = 0x4000;

const CLOEXEC_NONBLOCK_UNLIMITED = 0x1 | 0x2 | 0x10;
/** Report the directory, the name in it, and the object itself: no two objects are then merged into one event. */
const WITH_NAMES = 0x200 | 0x400 | 0x800 | 0x1000;
const MARK_ADD_FILESYSTEM = 0x1 | 0x100;

/** One mark for a whole file system, whatever is mounted or made in it later. Throws where the kernel cannot. */
export function openFanotify(path: string): number {
  const fd = init(CLOEXEC_NONBLOCK_UNLIMITED | WITH_NAMES, 0);
  if (fd < 0) throw new Error(`fanotify_init: errno ${koffi.errno()}`);
  const mask = FAN_ATTRIB | FAN_CLOSE_WRITE | FAN_CREATE | FAN_DELETE | FAN_RENAME | FAN_ONDIR;
  if (mark(fd, MARK_ADD_FILESYSTEM, mask, AT_FDCWD, path) < 0) throw new Error(`fanotify_mark: errno ${koffi.errno()}`);
  return fd;
}

/** Waits on a thread of its own until there is something to read from one of them, or the time has passed. */
export function waitReadable(fds: readonly number[], timeoutMs: number): Promise<void> {
  const table = Buffer.alloc(fds.length * 8);
  fds.forEach((fd, index) => {
    table.writeInt32LE(fd, index * 8);
    table.writeInt16LE(1, index * 8 + 4);
  });
  return new Promise((resolve) => poll.async(table, fds.length, timeoutMs, () => resolve()));
}

/** What is queued, up to the buffer's size; 0 when nothing is. */
export const readQueued = (fd: number, into: Buffer): number => Math.max(0, Number(readFd(fd, into, into.length)));

/** A file handle: its type (4 bytes) and its bytes, as one latin1 string to compare and to look up. */
export type Handle = string;

export interface RawChange {
  readonly mask: number;
  readonly pid: number;
  /** The object itself. */
  readonly object: Handle | null;
  /** Where it is or was; for a rename, the old place. */
  readonly from: { readonly directory: Handle; readonly name: string } | null;
  readonly to: { readonly directory: Handle; readonly name: string } | null;
}

const INFO_OBJECT = 1;
const INFO_PLACE = 2;
const INFO_OLD_PLACE = 10;
const INFO_NEW_PLACE = 12;

/** The events in the first `size` bytes. Layout: linux/fanotify.h. */
export function parseEvents(buffer: Buffer, size: number): RawChange[] {
  const changes: RawChange[] = [];
  for (let at = 0; at + 24 <= size; ) {
    const end = at + buffer.readUInt32LE(at);
    if (end <= at || end > size) break;
    let object: Handle | null = null;
    let from: RawChange['from'] = null;
    let to: RawChange['to'] = null;
    for (let info = at + buffer.readUInt16LE(at + 6); info + 20 <= end; info += buffer.readUInt16LE(info + 2)) {
      const kind = buffer[info];
      // Header 4, file system id 8, then the length and type of the handle, 4 each.
      const handleEnd = info + 20 + buffer.readUInt32LE(info + 12);
      const handle = buffer.toString('latin1', info + 16, handleEnd);
      if (kind === INFO_OBJECT) object = handle;
      else {
        const nul = buffer.indexOf(0, handleEnd);
        const place = { directory: handle, name: encodeName(buffer.subarray(handleEnd, nul)) };
        if (kind === INFO_NEW_PLACE) to = place;
        else if (kind === INFO_PLACE || kind === INFO_OLD_PLACE) from = place;
      }
      if (buffer.readUInt16LE(info + 2) === 0) break;
    }
    changes.push({ mask: buffer.readUInt32LE(at + 8), pid: buffer.readInt32LE(at + 20), object, from, to });
    at = end;
  }
  return changes;
}

/** Opens a directory by its handle (O_PATH). Null: it has gone. */
export function openByHandle(mountFd: number, handle: Handle): number | null {
  const bytes = Buffer.from(handle, 'latin1');
  const argument = Buffer.alloc(4 + bytes.length);
  argument.writeUInt32LE(bytes.length - 4, 0);
  bytes.copy(argument, 4);
  const fd = openHandle(mountFd, argument, O_PATH_DIRECTORY_CLOEXEC);
  return fd < 0 ? null : fd;
}

export function handleOf(path: string): Handle | null {
  const argument = Buffer.alloc(8 + 128);
  argument.writeUInt32LE(128, 0);
  if (nameToHandle(AT_FDCWD, path, argument, Buffer.alloc(4), 0) < 0) return null;
  return argument.toString('latin1', 4, 8 + argument.readUInt32LE(0));
}
