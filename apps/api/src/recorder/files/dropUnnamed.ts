import type { BlobHash } from '@sandglass/protocol';
import { decodeFileSteps } from '@sandglass/replay';
import type { SandboxLog } from '../log.ts';

/**
 * Drops versions of files that no moment of the recording names any more: for after a part of its track `files` was removed. A living
 * sandbox's newest tree must still be in it. @returns how many bytes became free
 */
export function dropUnnamed(log: SandboxLog): number {
  const named = new Set<BlobHash>();
  for (const frame of log.frames('files', 0)) for (const hash of hashesIn(frame.payload)) named.add(hash);
  return log.blobs.keepOnly(named);
}

/** Versions that a frame of the track `files` names. */
export function* hashesIn(payload: Uint8Array): Generator<BlobHash> {
  for (const step of decodeFileSteps(payload)) {
    const content = step.do === 'file' || step.do === 'know' ? step.facts?.content : undefined;
    if (content?.from === 'blob') yield content.hash;
  }
}
