/** The keeper's file events as file changes. Our own temporary files are not the sandbox's work and are left out. */
import type { KeeperFileEvent } from '@sandglass/keeper';
import type { FileChange } from '@sandglass/protocol';

/** A file or folder as in the guest's `files/writing.ts` and `files/unpacking.ts`, or something in one. */
const TEMPORARY = /(^|\/)\.sandglass-write-/;
/** Of a file that was not there before. */
const NEW = /(^|\/)\.sandglass-write-\+/;

export function toFileChanges(events: readonly KeeperFileEvent[]): FileChange[] {
  return events.flatMap((event): FileChange[] => {
    if (TEMPORARY.test(event.path)) {
      if (event.to === undefined) return [];
      // A whole-file write: it shows as a change of the file it replaced, or as a new one.
      const isNew = NEW.test(event.path);
      return [{ path: event.to, kind: isNew ? 'created' : 'modified', directory: false }];
    }
    return [{ ...event }];
  });
}
