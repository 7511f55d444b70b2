/** The keeper's file events as file changes. Our own temporary files are not the sandbox's work and are left out. */
import { basename } from 'node:path';
import type { KeeperFileEvent } from '@sandglass/keeper';
import type { FileChange } from '@sandglass/protocol';

/** As in the guest's `files/writing.ts`. */
const TEMPORARY = '.sandglass-write-';

export function toFileChanges(events: readonly KeeperFileEvent[]): FileChange[] {
  return events.flatMap((event): FileChange[] => {
    if (basename(event.path).startsWith(TEMPORARY)) {
      if (event.to === undefined) return [];
      // A whole-file write: it shows as a change of the file it replaced.
      return [{ path: event.to, kind: 'modified', directory: false }];
    }
    return [{ ...event }];
  });
}
