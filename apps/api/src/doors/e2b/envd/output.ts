/** Follows what a program writes, out of its log: a slow client slows nobody down and loses nothing. */
import type { Seq } from '@sandglass/protocol';
import type { SandboxLog, Track, TrackFrame } from '../../../recorder/log.ts';

/** Read from the log at once. */
const BATCH_BYTES = 262_144;

export interface Following {
  readonly log: SandboxLog;
  readonly track: Track;
  /** Frames after this one. */
  readonly after: Seq;
  /** Resolves when no more will come; all of it is in the log then. */
  readonly over: Promise<unknown>;
  readonly signal: AbortSignal;
  /** Resolves when there is room for the next one. */
  readonly deliver: (frame: TrackFrame) => Promise<void>;
}

/** Resolves when everything was delivered, or the signal says that nobody listens any more. */
export async function followOutput({ log, track, after, over, signal, deliver }: Following): Promise<void> {
  let isOver = false;
  let isNew = true;
  let wake = (): void => {};
  const hear = (): void => {
    isNew = true;
    wake();
  };
  const finish = (): void => {
    isOver = true;
    wake();
  };
  const stop = log.onFrame(track, hear);
  over.then(finish, finish);
  signal.addEventListener('abort', finish, { once: true });
  let last = after;
  try {
    while (!signal.aborted) {
      const wasOver = isOver;
      isNew = false;
      const frames = read(log, track, last);
      for (const frame of frames) {
        last = frame.seq;
        await deliver(frame);
        if (signal.aborted) return;
      }
      if (frames.length > 0) continue;
      if (wasOver) return;
      if (!isNew && !isOver) await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    stop();
    signal.removeEventListener('abort', finish);
  }
}

function read(log: SandboxLog, track: Track, after: Seq): TrackFrame[] {
  const frames: TrackFrame[] = [];
  let bytes = 0;
  for (const frame of log.frames(track, after)) {
    frames.push(frame);
    bytes += frame.payload.length;
    if (bytes >= BATCH_BYTES) break;
  }
  return frames;
}
