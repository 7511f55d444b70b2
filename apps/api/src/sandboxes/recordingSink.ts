/** The recorder's end of a driver: what a sandbox says goes into its log, each byte once, before anyone sees it. */
import { type Track, type TrackFrameKind, trackFrame } from '../recorder/log.ts';
import { programPointerOf } from '../recorder/programPointer.ts';
import type { SandboxSink } from './driver.ts';
import type { SandboxEntry } from './entry.ts';

export interface SinkHooks {
  terminalExited: SandboxSink['terminalExited'];
  terminalResized: SandboxSink['terminalResized'];
  lost(reason: string): void;
}

export function createRecordingSink(entry: SandboxEntry, hooks: SinkHooks): SandboxSink {
  const position = (track: Track, kind: TrackFrameKind) => entry.log.outputBytes(track, kind);

  const record = (track: Track, kind: TrackFrameKind, offset: number, bytes: Uint8Array): Uint8Array | undefined => {
    // After its end a sandbox has nothing more to say.
    if (entry.ended) return undefined;
    const have = position(track, kind);
    if (offset > have) {
      entry.log.skipOutput(track, kind, offset - have);
      const reason = `${offset - have} bytes were lost between the sandbox and the server`;
      entry.append({ kind: 'recorder.gap', actor: 'system', data: { track, reason } });
    }
    const fresh = offset < have ? bytes.subarray(have - offset) : bytes;
    if (fresh.length === 0) return undefined;
    entry.log.appendOutput(track, kind, fresh);
    return fresh;
  };

  return {
    terminalOffset: (terminal) => position(`terminal:${terminal}`, trackFrame.output),
    terminalData: (terminal, offset, bytes) => void record(`terminal:${terminal}`, trackFrame.output, offset, bytes),
    terminalResized: hooks.terminalResized,
    terminalExited: (terminal, exit) => {
      if (!entry.ended) entry.log.flushOutput(`terminal:${terminal}`);
      hooks.terminalExited(terminal, exit);
    },
    execOffset: (exec, stream) => position(`exec:${exec}`, trackFrame[stream]),
    execData: (exec, stream, offset, bytes) => {
      const fresh = record(`exec:${exec}`, trackFrame[stream], offset, bytes);
      if (fresh) entry.execs.data(exec, stream, fresh);
    },
    execExited: (exec, exit, timedOut) => {
      if (entry.ended) return;
      entry.log.flushOutput(`exec:${exec}`);
      entry.execs.exited(exec, exit, timedOut);
    },
    fileChanges: (changes, dropped) => {
      if (entry.ended || (changes.length === 0 && dropped === 0)) return;
      const named = entry.touched.attribute(changes);
      entry.append({ kind: 'file.changed', actor: named.actor, data: { changes: named.changes, dropped } });
    },
    windowsSeen: (windows) => {
      if (!entry.ended) entry.windows.see(windows);
    },
    pointerSeen: (place) => {
      if (!entry.ended) programPointerOf(entry.log).see(place);
    },
    lost: hooks.lost,
  };
}
