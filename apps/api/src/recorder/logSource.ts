import type { RecordingSource } from '@sandglass/replay';
import type { SandboxLog, Track } from './log.ts';

/** A log as a recording to read, on the server itself. */
export const sourceOfLog = (
  log: SandboxLog,
  facts: { readonly createdAtMs: number; readonly endedAtMs: number | null } = { createdAtMs: 0, endedAtMs: null },
): RecordingSource => ({
  index: async (afterSeq) => ({
    sandbox: log.sandbox,
    ...facts,
    parent: null,
    nowUs: facts.endedAtMs === null ? log.now() : log.lastUs,
    lastSeq: log.lastSeq,
    tracks: log.segments(afterSeq),
  }),
  segment: async (track, number) =>
    new Uint8Array(log.segmentBytes(track as Track, number, { offset: 0, length: Number.MAX_SAFE_INTEGER })),
  blob: async (hash) => new Uint8Array(log.blobs.read(hash)),
  events: async (from, limit) => log.events(from, limit),
});
