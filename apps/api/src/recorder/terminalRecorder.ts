/**
 * What a late joiner of a terminal needs: its state, from the log alone. Recording a terminal's bytes costs nothing here; they
 * are read when somebody joins, and now and then in the background, so that a join never reads far back.
 */
import type { SandboxId, TerminalId } from '@sandglass/protocol';
import { decodeStoredTerminal, encodeStoredTerminal, type StoredTerminal } from '@sandglass/replay';
import { type SandboxLog, type Track, trackFrame } from './log.ts';
import type { TerminalRecorder } from './ports.ts';
import type { MiniatureLines } from './terminal/cells.ts';
import type { TerminalMirror } from './terminal/mirror.ts';
import { type MirrorKind, readMirror } from './terminal/mirrorReading.ts';

export type { TerminalRecorder } from './ports.ts';

/** Less than this is read in some 20 ms: not worth storing a state for. */
const STORE_AFTER_BYTES = 524_288;
const STORE_WHEN_QUIET_MS = 1_000;
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

  async function store(log: SandboxLog, terminal: TerminalId, isWanted: () => boolean): Promise<void> {
    try {
      const state = await draw(log, terminal);
      if (isWanted()) log.appendFrame(`terminal:${terminal}`, trackFrame.snapshot, encodeStoredTerminal(state));
    } catch (error) {
      if (isWanted()) onError(log.sandbox, error);
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
