import type { ErrorCode } from '@sandglass/protocol';

/** What a request is answered with when it fails; the codes are those of the protocol's table. */
export class GuestError extends Error {
  override readonly name = 'GuestError';
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

const table: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ENOENT: ['notFound', 'There is no such file or directory'],
  EEXIST: ['alreadyExists', 'It exists already'],
  ENOTEMPTY: ['unprocessable', 'The directory is not empty; ask for a recursive removal to remove all of it'],
  EISDIR: ['unprocessable', 'It is a directory'],
  ENOTDIR: ['unprocessable', 'A part of the path is not a directory'],
  ELOOP: ['unprocessable', 'Too many symbolic links'],
  ENAMETOOLONG: ['badRequest', 'The name is too long'],
  EINVAL: ['unprocessable', 'The file system refuses this'],
  EXDEV: ['unprocessable', 'It cannot be moved to another file system'],
  EBUSY: ['unprocessable', 'It is in use by the system'],
  ETXTBSY: ['unprocessable', 'The program is running'],
  EACCES: ['forbidden', 'Permission denied'],
  EPERM: ['forbidden', 'Not permitted'],
  EROFS: ['forbidden', 'This part of the sandbox is read-only'],
  ENOSPC: ['noSpace', 'The disk of the sandbox is full'],
  EDQUOT: ['noSpace', 'The disk limit of the sandbox is reached'],
  EMFILE: ['unavailable', 'Too many files are open'],
  ENFILE: ['unavailable', 'Too many files are open'],
  EAGAIN: ['limitExceeded', 'The process limit of the sandbox is reached'],
  ENOMEM: ['limitExceeded', 'The memory of the sandbox is full'],
};

const EDQUOT = 122;

/** The disk itself may have room: a limit of this sandbox is reached. */
export const isOverLimit = (error: unknown): boolean => (error as NodeJS.ErrnoException | null)?.errno === -EDQUOT;

/** Anything thrown, as an answer. `subject` is the path or name it was about. */
export function toGuestError(error: unknown, subject?: string): GuestError {
  if (error instanceof GuestError) return error;
  const { code: named = '' } = (error ?? {}) as NodeJS.ErrnoException;
  // A name that libuv does not know.
  const code = isOverLimit(error) ? 'EDQUOT' : named;
  const row = table[code];
  const about = subject === undefined ? '' : `: ${subject.slice(0, 512)}`;
  if (row) return new GuestError(row[0], `${row[1]}${about}.`);
  return new GuestError('internal', `The guest failed${code === '' ? '' : ` with ${code}`}${about}.`);
}
