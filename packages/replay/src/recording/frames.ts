/** Kinds of frames within a track; numbers are on disk for ever. */
export const trackFrame = {
  output: 1,
  stdout: 2,
  stderr: 3,
  resize: 4,
  screenUpdate: 5,
  screenKey: 6,
  snapshot: 7,
  still: 8,
  pointer: 9,
  stats: 10,
  fileSteps: 11,
  fileTree: 12,
  processes: 13,
} as const;
export type TrackFrameKind = (typeof trackFrame)[keyof typeof trackFrame];

/** One frame of a track: heavy bytes with their place in the log and on its clock. */
export interface TrackFrame {
  readonly seq: number;
  readonly atUs: number;
  readonly kind: TrackFrameKind;
  readonly payload: Uint8Array;
}
