/**
 * What a late joiner of a terminal needs: its state, from the log alone. Recording a terminal's bytes costs nothing here; they
 * are read when somebody joins, and now and then in the background, so that a join never reads far back.
 */
import type { SandboxId, TerminalId } from '@sandglass/protocol';
import {
  decodeStoredTerminal,
  encodeStoredTerminal,
  SEGMENT_FRAME_HEADER_BYTES,
  type StoredTerminal,
} from '@sandglass/replay';
import { type SandboxLog, type Track, trackFrame } from './log.ts';
import type { TerminalRecorder } from './ports.ts';
import type { MiniatureLines } from './terminal/cells.ts';
import type { TerminalMirror } from './terminal/mirror.ts';
import { type MirrorKind, readMirror } from './terminal/mirrorReading.ts';

export type { TerminalRecorder } from './ports.ts';

/** Less than this is read in some 20 ms: not worth storing a state for. */
const STORE_AFTER_BYTES = 524_288;
const STORE_WHEN_QUIET_MS = 1_000;
/** One that prints on and on: to go back to a moment of its must not mean reading an hour of lines. */
const STORE_AT_LATEST_MS = 30_000;
/** Scrollback makes a state large: it stands for so many times its own size, and costs no more than a fifth of the track. */
const STATE_STANDS_FOR = 4;
/** A terminal that is never quiet: going over this much without drawing takes some 50 ms. */
const STORE_AT_LATEST_BYTES = 32 * 1_048_576;
/** Joining again soon (a reload, a second viewer) is common. */
const KEEP_MIRROR_MS = 30_000;
const MAX_MIRRORS = 8;
/** Without scrollback a mirror takes some 30 KB. */
const MAX_MINIATURES = 128;

export interface TerminalRecorderOptions {
  /** A state could not be stored; it is tried again later. */
  readonly onError?: (sandbox: SandboxId, error: unknown) => void;
}

interface Kept {
  readonly log: SandboxLog;
  readonly track: Track;
  readonly kind: MirrorKind;
  mirror: TerminalMirror | undefined;
  /** Runs one reading at a time. */
  work: Promise<unknown>;
  timer: NodeJS.Timeout | undefined;
}

export function createTerminalRecorder(options: TerminalRecorderOptions = {}): TerminalRecorder {
  const { onError = () => {} } = options;
  const kept = new Map<string, Kept>();
  const stops = new Set<() => void>();

  function keep(log: SandboxLog, terminal: TerminalId, kind: MirrorKind): Kept {
    const key = `${kind} ${log.sandbox}/${terminal}`;
    let known = kept.get(key);
    if (known && known.log !== log) drop(key);
    known = kept.get(key) ?? {
      log,
      track: `terminal:${terminal}`,
      kind,
      mirror: undefined,
      work: Promise.resolve(),
      timer: undefined,
    };
    kept.delete(key);
    const alike = [...kept].filter(([, other]) => other.kind === kind);
    const most = kind === 'whole' ? MAX_MIRRORS : MAX_MINIATURES;
    for (const [oldest] of alike.slice(0, Math.max(0, alike.length - most + 1))) drop(oldest);
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

  function read<T>(
    log: SandboxLog,
    terminal: TerminalId,
    kind: MirrorKind,
    take: (mirror: TerminalMirror) => T,
  ): Promise<T> {
    const known = keep(log, terminal, kind);
    const result = known.work.then(async () => {
      known.mirror = await readMirror(known.mirror, log, known.track, kind);
      return take(known.mirror);
    });
    known.work = result.catch(() => {
      // A mirror that failed half-way is not to be trusted.
      known.mirror?.dispose();
      known.mirror = undefined;
    });
    return result;
  }

  const draw = (log: SandboxLog, terminal: TerminalId): Promise<StoredTerminal> =>
    read(log, terminal, 'whole', (mirror) => mirror.draw());

  /** @returns the size of the state; undefined where none was stored */
  async function store(log: SandboxLog, terminal: TerminalId, isWanted: () => boolean): Promise<number | undefined> {
    try {
      const state = await draw(log, terminal);
      if (!isWanted()) return undefined;
      const encoded = encodeStoredTerminal(state);
      log.appendFrame(`terminal:${terminal}`, trackFrame.snapshot, encoded);
      return encoded.length;
    } catch (error) {
      if (isWanted()) onError(log.sandbox, error);
      return undefined;
    }
  }

  return {
    async snapshot(log, terminal) {
      const { seq, columns, rows, drawing } = await draw(log, terminal);
      return { seq, columns, rows, drawing };
    },
    miniature: (log, terminal): Promise<MiniatureLines> => read(log, terminal, 'screen', (mirror) => mirror.cells()),
    follow(log, terminal) {
      const track: Track = `terminal:${terminal}`;
      const last = log.findLastStart(track, trackFrame.snapshot);
      const storedBytes = last ? decodeStoredTerminal(last.payload).bytes : 0;
      let stateBytes = last?.payload.length ?? 0;
      /** What a reader has to go through since the last state. */
      let sinceBytes = log.trackBytes(track, trackFrame.output) - storedBytes;
      let quiet: NodeJS.Timeout | undefined;
      let latest: NodeJS.Timeout | undefined;
      let phase: 'idle' | 'storing' | 'stopped' = 'idle';
      const forgetTimers = () => {
        clearTimeout(quiet);
        clearTimeout(latest);
        quiet = latest = undefined;
      };
      const storeNow = async () => {
        if (phase !== 'idle') return;
        forgetTimers();
        phase = 'storing';
        const taken = sinceBytes;
        const size = await store(log, terminal, () => phase === 'storing');
        if (phase !== 'storing') return;
        // Where it failed, as much again has to come before it is tried again.
        sinceBytes -= taken;
        stateBytes = size ?? stateBytes;
        phase = 'idle';
      };
      const storeAfter = (ms: number) => setTimeout(() => void storeNow(), ms).unref();
      const unlisten = log.onFrame(track, (frame) => {
        if (frame.kind !== trackFrame.output) return;
        sinceBytes += frame.payload.length + SEGMENT_FRAME_HEADER_BYTES;
        if (sinceBytes < Math.max(STORE_AFTER_BYTES, stateBytes * STATE_STANDS_FOR)) return;
        if (sinceBytes > STORE_AT_LATEST_BYTES) void storeNow();
        if (phase !== 'idle') return;
        latest ??= storeAfter(STORE_AT_LATEST_MS);
        if (quiet) quiet.refresh();
        else quiet = storeAfter(STORE_WHEN_QUIET_MS);
      });
      const stop = () => {
        phase = 'stopped';
        forgetTimers();
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
