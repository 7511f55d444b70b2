/**
 * A terminal as an asciicast, version 3: a header, then `[seconds since the line before, kind, data]`. Kinds: o output, r size, x exit.
 * Times are differences of whole microseconds, so that they add up to the recording's own.
 */
import type { Terminal } from '@sandglass/protocol';
import { decodeResize, type TrackFrame, trackFrame } from '@sandglass/replay';

export interface Cast {
  readonly terminal: Terminal;
  /** Of the terminal's track, from its beginning. */
  readonly frames: Iterable<TrackFrame>;
  /** The last frame that goes in: a terminal that still runs goes on meanwhile. */
  readonly lastSeq: number;
  /** On the recording's clock; null while it runs, or where it is not known. */
  readonly exitedAtUs: number | null;
}

export function* asciicast({ terminal, frames, lastSeq, exitedAtUs }: Cast): Generator<string> {
  // Output is cut where it came, also inside a character: what is missing comes with the next.
  const decoder = new TextDecoder();
  let atUs: number | undefined;
  let started = false;
  const start = ({ columns, rows }: { columns: number; rows: number }) => {
    started = true;
    const timestamp = Math.floor(terminal.createdAtMs / 1_000);
    return `${JSON.stringify({ version: 3, term: { cols: columns, rows }, timestamp, title: terminal.name })}\n`;
  };
  const line = (nowUs: number, kind: string, data: string) => {
    const interval = nowUs - (atUs ?? nowUs);
    atUs = nowUs;
    return `[${(interval / 1_000_000).toFixed(6)}, ${JSON.stringify(kind)}, ${JSON.stringify(data)}]\n`;
  };
  let endUs = 0;
  for (const frame of frames) {
    if (frame.seq > lastSeq) break;
    atUs ??= frame.atUs;
    endUs = frame.atUs;
    if (frame.kind === trackFrame.resize) {
      const size = decodeResize(frame.payload);
      // The first says how large it was opened.
      yield started ? line(frame.atUs, 'r', `${size.columns}x${size.rows}`) : start(size);
    } else if (frame.kind === trackFrame.output) {
      if (!started) yield start(terminal);
      const text = decoder.decode(frame.payload, { stream: true });
      if (text !== '') yield line(frame.atUs, 'o', text);
    }
  }
  if (!started) yield start(terminal);
  const rest = decoder.decode();
  if (rest !== '') yield line(endUs, 'o', rest);
  const { exit } = terminal;
  if (exit !== null && exitedAtUs !== null) {
    atUs ??= exitedAtUs;
    yield line(Math.max(exitedAtUs, endUs), 'x', String(exit.code ?? `signal ${exit.signal}`));
  }
}
