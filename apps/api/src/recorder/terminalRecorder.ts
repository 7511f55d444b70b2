/**
 * What a late joiner of a terminal needs: its state, from the log alone. Recording a terminal's bytes costs nothing here; they
 * are read when somebody joins, and now and then in the background, so that a join never reads far back.
 */
import { setImmediate } from 'node:timers/promises';
import type { SandboxId, TerminalId } from '@sandglass/protocol';
import { decodeResize, decodeStoredTerminal, encodeStoredTerminal, type StoredTerminal } from '@sandglass/replay';
import { type SandboxLog, type Track, trackFrame } from './log.ts';
import type { TerminalRecorder } from './ports.ts';
import { TerminalMirror } from './terminal/mirror.ts';

export type { TerminalRecorder } from './ports.ts';

/** Less than this is read in some 20 ms: not worth storing a state for. */
const STORE_AFTER_BYTES = 524_288;
const STORE_WHEN_QUIET_MS = 1_000;
/** A terminal that is never quiet: going over this much without drawing takes some 50 ms. */
const STORE_AT_LATEST_BYTES = 32 * 1_048_576;
/** More than this is not drawn whole: its end is (20 MB a second), the rest is only searched for modes. */
const MAX_DRAWN_BYTES = 4 * 1_048_576;
const TAIL_BYTES = 2 * 1_048_576;
/** Then others have a turn. */
const SLICE_BYTES = 262_144;
/** Joining again soon (a reload, a second viewer) is common. */
const KEEP_MIRROR_MS = 30_000;
const MAX_MIRRORS = 8;

export interface TerminalRecorderOptions {
  /** A state could not be stored; it is tried again later. */
  readonly onError?: (sandbox: SandboxId, error: unknown) => void;
}

interface Kept {
  readonly log: SandboxLog;
  readonly track: Track;
  mirror: TerminalMirror | undefined;
  /** Runs one reading at a time. */
  work: Promise<unknown>;
  timer: NodeJS.Timeout | undefined;
}

export function createTerminalRecorder(options: TerminalRecorderOptions = {}): TerminalRecorder {
  const { onError = () => {} } = options;
  const kept = new Map<string, Kept>();
  const stops = new Set<() => void>();

  function keep(log: SandboxLog, terminal: TerminalId): Kept {
    const key = `${log.sandbox}/${terminal}`;
    let known = kept.get(key);
    if (known && known.log !== log) drop(key);
    known = kept.get(key) ?? {
      log,
      track: `terminal:${terminal}`,
      mirror: undefined,
      work: Promise.resolve(),
      timer: undefined,
    };
    kept.delete(key);
    for (const oldest of kept.keys()) {
      if (kept.size < MAX_MIRRORS) break;
      drop(oldest);
    }
    kept.set(key, known);
    clearTimeout(known.timer);
    known.timer = setTimeout(() => drop(key), KEEP_MIRROR_MS);
    known.timer.unref();
    return known;
  }

  function drop(key: string): void {
    const known = kept.get(key);
    if (!known) return;
    kept.delete(key);
    clearTimeout(known.timer);
    // Whoever reads now finishes first.
    void known.work.then(() => known.mirror?.dispose());
  }

  function read(log: SandboxLog, terminal: TerminalId): Promise<StoredTerminal> {
    const known = keep(log, terminal);
    const result = known.work.then(() => readState(known));
    known.work = result.catch(() => {
      // A mirror that failed half-way is not to be trusted.
      known.mirror?.dispose();
      known.mirror = undefined;
    });
    return result;
  }

  async function store(log: SandboxLog, terminal: TerminalId, isWanted: () => boolean): Promise<void> {
    try {
      const state = await read(log, terminal);
      if (isWanted()) log.appendFrame(`terminal:${terminal}`, trackFrame.snapshot, encodeStoredTerminal(state));
    } catch (error) {
      if (isWanted()) onError(log.sandbox, error);
    }
  }

  return {
    async snapshot(log, terminal) {
      const { seq, columns, rows, drawing } = await read(log, terminal);
      return { seq, columns, rows, drawing };
    },
    follow(log, terminal) {
      const track: Track = `terminal:${terminal}`;
      const last = log.findLastStart(track, trackFrame.snapshot);
      let storedBytes = last ? decodeStoredTerminal(last.payload).bytes : 0;
      let totalBytes = log.trackBytes(track, trackFrame.output);
      let timer: NodeJS.Timeout | undefined;
      let phase: 'idle' | 'storing' | 'stopped' = 'idle';
      const storeNow = async () => {
        if (phase !== 'idle') return;
        phase = 'storing';
        const upTo = totalBytes;
        await store(log, terminal, () => phase === 'storing');
        if (phase !== 'storing') return;
        storedBytes = upTo;
        phase = 'idle';
      };
      const unlisten = log.onFrame(track, (frame) => {
        if (frame.kind !== trackFrame.output) return;
        totalBytes += frame.payload.length;
        if (totalBytes - storedBytes < STORE_AFTER_BYTES) return;
        if (totalBytes - storedBytes > STORE_AT_LATEST_BYTES) void storeNow();
        if (timer) timer.refresh();
        else {
          timer = setTimeout(() => void storeNow(), STORE_WHEN_QUIET_MS);
          timer.unref();
        }
      });
      const stop = () => {
        phase = 'stopped';
        clearTimeout(timer);
        unlisten();
        stops.delete(stop);
      };
      stops.add(stop);
      return stop;
    },
    close() {
      for (const stop of [...stops]) stop();
      for (const key of [...kept.keys()]) drop(key);
    },
  };
}

/** Reads on to where the log was when it was called, and draws. */
async function readState(known: Kept): Promise<StoredTerminal> {
  const { log, track } = known;
  known.mirror ??= await openMirror(log, track);
  const { mirror } = known;
  const endSeq = log.lastSeq;
  const behindBytes = log.trackBytes(track, trackFrame.output) - mirror.read.bytes;
  let skipBytes = behindBytes > MAX_DRAWN_BYTES ? behindBytes - TAIL_BYTES : 0;
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
  return mirror.draw();
}

async function openMirror(log: SandboxLog, track: Track): Promise<TerminalMirror> {
  const last = log.findLastStart(track, trackFrame.snapshot);
  if (last) {
    const stored = decodeStoredTerminal(last.payload);
    const mirror = new TerminalMirror(stored);
    await mirror.restore(stored);
    return mirror;
  }
  for (const frame of log.frames(track, 0)) {
    if (frame.kind === trackFrame.resize) return new TerminalMirror(decodeResize(frame.payload));
    break;
  }
  return new TerminalMirror({ columns: 80, rows: 24 });
}
