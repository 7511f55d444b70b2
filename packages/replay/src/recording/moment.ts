/** What a pane draws at a moment: the same bytes that a viewer got live, from the newest whole state on. */
import type { TerminalId } from '@sandglass/protocol';
import { decodeResize, decodeStoredTerminal, type TerminalSize } from '../terminalFrames.ts';
import { type TrackFrame, trackFrame } from './frames.ts';
import type { Recording } from './recording.ts';

/** Messages for a `ScreenPlayer`, the first of them a live set; empty before the first picture. */
export async function screenAt(recording: Recording, atUs: number): Promise<TrackFrame[]> {
  return await recording.framesAt('screen', atUs, trackFrame.screenKey);
}

export type TerminalStep =
  | { readonly kind: 'size'; readonly size: TerminalSize }
  | { readonly kind: 'output'; readonly bytes: Uint8Array };

export interface TerminalMoment extends TerminalSize {
  /** Position that it shows. */
  readonly seq: number;
  /** Rebuilds scrollback and screen of an empty terminal of that size; empty at its beginning. */
  readonly drawing: string;
  /** What came since, in order. */
  readonly steps: readonly TerminalStep[];
}

/** @returns undefined before the terminal was opened */
export async function terminalAt(
  recording: Recording,
  terminal: TerminalId,
  atUs: number,
): Promise<TerminalMoment | undefined> {
  const track = `terminal:${terminal}` as const;
  const frames = await recording.framesAt(track, atUs, trackFrame.snapshot);
  const first = frames[0];
  if (first === undefined) return undefined;
  const seq = frames.at(-1)!.seq;
  if (first.kind === trackFrame.snapshot) {
    const stored = decodeStoredTerminal(first.payload);
    // A state is stored some time after the position that it shows; what came between lies before it.
    const between = await recording.framesBetween(track, stored.seq, first.atUs);
    const since = [...between.filter((frame) => frame.seq < first.seq), ...frames.slice(1)];
    const { columns, rows, drawing } = stored;
    return { seq, columns, rows, drawing, steps: stepsOf(since) };
  }
  const size = first.kind === trackFrame.resize ? decodeResize(first.payload) : { columns: 80, rows: 24 };
  return { seq, ...size, drawing: '', steps: stepsOf(frames) };
}

/** What is to be done for these frames. */
export function stepsOf(frames: readonly TrackFrame[]): TerminalStep[] {
  return frames.flatMap((frame): TerminalStep[] => {
    if (frame.kind === trackFrame.output) return [{ kind: 'output', bytes: frame.payload }];
    if (frame.kind === trackFrame.resize) return [{ kind: 'size', size: decodeResize(frame.payload) }];
    return [];
  });
}
