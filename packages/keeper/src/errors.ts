/** The keeper's own error: the same codes the server sees. */
import type { KeeperErrorCode } from './verbs.ts';

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: KeeperErrorCode;
  constructor(code: KeeperErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Codes of Node's system errors that have a meaning for the caller; the rest is `internal`. */
export function refusalFrom(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    // What was full is said, too: the kernel has one code for disks, quotas and control groups.
    return new Refusal(
      'noSpace',
      `The disk of the sandboxes is full. Remove checkpoints or sandboxes, then retry. (${message})`,
    );
  return new Refusal('internal', message ?? String(error));
}
