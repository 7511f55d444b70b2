/** Holding on to a sandbox's first process and network, so that neither can come to mean another. */
import { closeSync, openSync } from 'node:fs';
import { closeFd, openPidfd, readableNow } from './native.ts';
import { startTimeOf } from './record.ts';
import type { Running } from './runtime.ts';

/** Null when that very process no longer runs. */
export function holdProcess(id: string, pid: number, startTime: string): Running | null {
  let pidfd: number;
  try {
    pidfd = openPidfd(pid);
  } catch {
    return null;
  }
  try {
    const netFd = openSync(`/proc/${pid}/ns/net`, 'r');
    // Checked last: the process held by now is the one all of this was read from.
    if (startTimeOf(pid) === startTime && readableNow([pidfd]).length === 0) return { id, pid, pidfd, netFd };
    closeSync(netFd);
  } catch {}
  closeFd(pidfd);
  return null;
}

export function release(sandbox: Running): void {
  closeFd(sandbox.pidfd);
  closeSync(sandbox.netFd);
}
