/** Brings a mirror up to where its terminal's log is. */
import { setImmediate } from 'node:timers/promises';
import { decodeResize, decodeStoredTerminal } from '@sandglass/replay';
import { type SandboxLog, type Track, trackFrame } from '../log.ts';
import { TerminalMirror } from './mirror.ts';

/** The terminal with its scrollback, or only what its screen shows. */
export type MirrorKind = 'whole' | 'screen';

/** More than `maxBytes` is not drawn whole: its end is (20 MB a second), the rest is only searched for modes. */
const drawn: Record<MirrorKind, { maxBytes: number; tailBytes: number }> = {
  whole: { maxBytes: 4 * 1_048_576, tailBytes: 2 * 1_048_576 },
  screen: { maxBytes: 262_144, tailBytes: 65_536 },
};
/** Then others have a turn. */
const SLICE_BYTES = 262_144;

/** Reads on to where the log was when it was called; opens the mirror when there is none. */
export async function readMirror(
  known: TerminalMirror | undefined,
  log: SandboxLog,
  track: Track,
  kind: MirrorKind,
): Promise<TerminalMirror> {
  const mirror = known ?? (await openMirror(log, track, kind));
  const endSeq = log.lastSeq;
  const behindBytes = log.trackBytes(track, trackFrame.output) - mirror.read.bytes;
  const { maxBytes, tailBytes } = drawn[kind];
  let skipBytes = behindBytes > maxBytes ? behindBytes - tailBytes : 0;
  let sliceBytes = 0;
  for (const frame of log.frames(track, mirror.read.seq)) {
    if (frame.seq > endSeq) break;
    if (frame.kind === trackFrame.resize) {
      await mirror.flush();
      mirror.resize(frame.seq, decodeResize(frame.payload));
    }
    if (frame.kind !== trackFrame.output) continue;
    if (skipBytes > 0) mirror.skip(frame.seq, frame.payload);
    else mirror.output(frame.seq, frame.payload);
    skipBytes -= frame.payload.length;
    sliceBytes += frame.payload.length;
    if (sliceBytes < SLICE_BYTES) continue;
    sliceBytes = 0;
    if (skipBytes > 0) await setImmediate();
    else await mirror.flush();
  }
  await mirror.flush();
  return mirror;
}

async function openMirror(log: SandboxLog, track: Track, kind: MirrorKind): Promise<TerminalMirror> {
  const options = kind === 'screen' ? { scrollbackLines: 0 } : {};
  const last = log.findLastStart(track, trackFrame.snapshot);
  if (last) {
    const stored = decodeStoredTerminal(last.payload);
    const mirror = new TerminalMirror(stored, options);
    await mirror.restore(stored);
    return mirror;
  }
  for (const frame of log.frames(track, 0)) {
    if (frame.kind === trackFrame.resize) return new TerminalMirror(decodeResize(frame.payload), options);
    break;
  }
  return new TerminalMirror({ columns: 80, rows: 24 }, options);
}
