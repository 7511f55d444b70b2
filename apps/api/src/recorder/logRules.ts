/** What a log does with which kinds of things: when the disk is full, in a private moment, and when its beginning is cut off. */
import { AppError, type LogEvent } from '@sandglass/protocol';
import { type Track, type TrackFrameKind, trackFrame } from './log.ts';
import { PRIVATE } from './privateEvents.ts';
import { REMOVED } from './redaction/redactor.ts';

/** Nothing is asked for that could not be written down; what only tells what happened waits for room. */
export const REFUSED_WHEN_FULL: ReadonlySet<LogEvent['kind']> = new Set<LogEvent['kind']>([
  'call.asked',
  'sandbox.created',
]);
/** Without these the rest of a recording could not be read: what there is, and how it is called. */
export const KEPT_EVENTS: readonly LogEvent['kind'][] = [
  'sandbox.created',
  'sandbox.phase',
  'terminal.opened',
  'terminal.renamed',
  'terminal.exited',
  'screen.opened',
  'screen.resized',
  'checkpoint.created',
  'checkpoint.restored',
  'run.started',
  'run.ended',
  'run.budget',
  'run.budgeted',
  // A restarted server reads from them what is held, who has control, and what the agent has not heard yet.
  'gate.mode',
  'gate.policy',
  'gate.alike',
  'control.changed',
  'message.sent',
  'message.delivered',
  'recorder.stopped',
  'recorder.resumed',
];
/** Each says all that is so: the newest before a cut says what was so at it. */
export const STATE_EVENTS: readonly LogEvent['kind'][] = ['windows.changed'];
/** Where programs stand between what was said before and after a private moment: out of a full screen, on a line of its own. */
export const PRIVATE_MARK = Buffer.from(`\x1b[!p\x1b[?1049l\x1b[m\r\n${REMOVED} ${PRIVATE} ${REMOVED}\r\n`);

export function refusedWhenFull(cause: unknown): AppError {
  return new AppError(
    'noSpace',
    'The disk that holds the recordings is full, and nothing is done that cannot be recorded. Make room on it, then try again.',
    { cause },
  );
}

export const isProgram = (track: Track): boolean => track.startsWith('terminal:') || track.startsWith('exec:');
/** What viewers read from the log as it comes. */
export const isShown = (track: Track): boolean => isProgram(track) || track === 'pointer';
/** Sizes and numbers say nothing of what is done. */
export const isHarmless = (track: Track, kind: TrackFrameKind): boolean =>
  track === 'stats' || kind === trackFrame.resize;
