/** What a recording says of the moments that it does not have. */
import type { RecordingIndex } from '@sandglass/protocol';
import { gapsOf } from '@sandglass/replay';
import type { SandboxLog } from './log.ts';

const STOPS = ['recorder.stopped', 'recorder.resumed'] as const;
const MOST_STOPS = 10_000;

export function whatIsMissing(log: SandboxLog): Pick<RecordingIndex, 'beginsUs' | 'gaps'> {
  const gaps = gapsOf(log.eventsOf(STOPS, 0, MOST_STOPS));
  return { ...(log.beginsUs > 0 ? { beginsUs: log.beginsUs } : {}), ...(gaps.length > 0 ? { gaps } : {}) };
}
