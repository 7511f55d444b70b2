/** The one file that `npm start -- replay FILE` named. Its bytes are given as they are asked for; no other file can be. */
import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import type { ReplayedFile } from '@sandglass/protocol';

export interface ReplayService {
  /** As it is now; null when the server was started for sandboxes. */
  file(): ReplayedFile | null;
  read(range: { readonly offset: number; readonly length: number }): Readable;
}

export function replayOf(path: string | null): ReplayService {
  return {
    file: () => (path === null ? null : { name: basename(path), sizeBytes: statSync(path).size }),
    read: ({ offset, length }) => {
      if (path === null) throw new Error('There is no file to replay.');
      return createReadStream(path, { start: offset, end: offset + length - 1 });
    },
  };
}
