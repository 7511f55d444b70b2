import type { BlobHash, RecordingTrack } from '@sandglass/protocol';
import { readSegment } from '@sandglass/replay';
import { hashesIn } from '../recorder/files/dropUnnamed.ts';
import type { SandboxLog } from '../recorder/log.ts';

/** A bundle is for handing on: of more files than this, those that were named last are in it. */
const MOST_BLOBS = 50_000;

/** Versions of files that the segments of a bundle name, as far as the recording still has them. */
export function blobsOf(log: SandboxLog, tracks: readonly RecordingTrack[]): BlobHash[] {
  const found = new Set<BlobHash>();
  for (const { number, sizeBytes } of tracks.find(({ track }) => track === 'files')?.segments ?? []) {
    const bytes = log.segmentBytes('files', number, { offset: 0, length: sizeBytes });
    for (const frame of readSegment(bytes).frames) for (const hash of hashesIn(frame.payload)) found.add(hash);
  }
  return [...found].filter((hash) => log.blobs.has(hash)).slice(-MOST_BLOBS);
}
