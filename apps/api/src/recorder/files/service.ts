/** Records the files of sandboxes while they live, and shows those of any moment of their recordings. */
import type { SandboxId } from '@sandglass/protocol';
import { AppError } from '@sandglass/protocol';
import { FilesAt, FilesCursor, Recording, type StartFiles } from '@sandglass/replay';
import type { Clock } from '../../lib/clock.ts';
import type { SandboxLog } from '../log.ts';
import { sourceOfLog } from '../logSource.ts';
import { FileRecorder } from './fileRecorder.ts';
import type { Reach } from './readVersion.ts';
import { withoutSecrets } from './withoutSecrets.ts';

/** Files of any moment of a recording, also of a sandbox that has ended. */
export interface PastFileService {
  /** @throws AppError notFound where no files were recorded by then */
  at(sandbox: SandboxId, atUs: number): Promise<FilesAt>;
}

/** What the sandboxes room does with it. */
export interface FileRecording {
  /** From now on; `running`: it can be asked already. @returns stop */
  follow(recorded: RecordedFiles, running: boolean): (end: { readonly ended: boolean }) => void;
}

export interface RecordedFiles {
  readonly log: SandboxLog;
  /** Wall time of the moment 0. */
  readonly zeroMs: number;
  /** @throws AppError while the sandbox cannot be asked */
  readonly reach: () => Reach;
  readonly parent: { readonly log: SandboxLog; readonly seq: number } | undefined;
}

export interface FileRecordingOptions {
  readonly clock: Clock;
  readonly onError: (sandbox: SandboxId, error: unknown) => void;
}

export function createFileRecording({ clock, onError }: FileRecordingOptions): FileRecording {
  return {
    follow(recorded, running) {
      const { sandbox } = recorded.log;
      const recorder = new FileRecorder({
        ...recorded,
        clock,
        redact: (bytes) => withoutSecrets(bytes, recorded.log.redactor),
        onError: (error) => onError(sandbox, error),
      });
      recorder.start(running);
      return (end) => recorder.stop(end);
    },
  };
}

export interface PastFilesOptions {
  readonly log: (sandbox: SandboxId) => SandboxLog;
  /** The files of its start. */
  readonly start: (sandbox: SandboxId) => StartFiles;
}

export function createPastFiles({ log, start }: PastFilesOptions): PastFileService {
  return {
    async at(sandbox, atUs) {
      const recorded = log(sandbox);
      const cursor = new FilesCursor(await Recording.open(sourceOfLog(recorded)));
      const shown = await cursor.show(atUs);
      if (shown.what !== 'tree')
        throw new AppError('notFound', 'No files were recorded by that moment. Ask for a later one.');
      return new FilesAt(shown.tree, {
        start: start(sandbox),
        blob: async (hash) => new Uint8Array(recorded.blobs.read(hash)),
      });
    },
  };
}
