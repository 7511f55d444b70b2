/** Names of what lies in a bundle. A name that is not ours is never opened; one that could leave a folder makes the file refused. */
import type { BlobHash, TrackName } from '@sandglass/protocol';

export const MIMETYPE = 'application/vnd.sandglass.bundle+zip';
export const entryNames = {
  mimetype: 'mimetype',
  manifest: 'manifest.json',
  terminals: 'terminals.json',
  checkpoints: 'checkpoints.json',
  runs: 'runs.json',
  notes: 'notes.json',
  conversations: 'conversations.json',
} as const;

/** `:` is no letter of a file's name everywhere. */
export const segmentName = (track: TrackName, number: number): string =>
  `tracks/${track.replace(':', '.')}/${number}.seg`;
export const eventsName = (number: number): string => `events/${String(number).padStart(6, '0')}.ndjson`;

export const blobName = (hash: BlobHash): string => `blobs/${hash}`;

/** Whether a program that unpacks it could be led out of its folder. */
export function isSafeName(name: string): boolean {
  if (name === '' || name.length > 200 || name.startsWith('/') || /^[a-z]:/i.test(name)) return false;
  if (/[\\\u0000-\u001f\u007f]/.test(name)) return false;
  return name.split('/').every((part) => part !== '..' && part !== '.');
}

/** Segments are read by range, so they must lie there as they are. */
export const isSegmentName = (name: string): boolean => name.startsWith('tracks/');
