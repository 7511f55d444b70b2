/** What of a log counts for a run. Pure. */
import type { LogEvent, LogEventKind } from '@sandglass/protocol';
import { timelineRowOf } from '@sandglass/replay';
import { markStrip, type StoredRun } from './storedRun.ts';

/** The kinds that may count; the rest of a log needs not be read. */
export const countedKinds: readonly LogEventKind[] = [
  'call.asked',
  'call.ended',
  'call.decided',
  'control.changed',
  'gate.mode',
  'question.answered',
  'checkpoint.created',
  'checkpoint.restored',
  'sandbox.phase',
];

/** One act of a person: not each of the steps that it takes. */
function isIntervention(event: LogEvent): boolean {
  if (event.actor !== 'person') return false;
  switch (event.kind) {
    case 'call.asked':
    case 'call.decided':
    case 'question.answered':
    case 'checkpoint.created':
    case 'checkpoint.restored':
      return true;
    case 'control.changed':
      return event.data.why === 'taken';
    case 'gate.mode':
      // With a freeze it is counted there.
      return event.data.from.kind === 'open' && !('freeze' in event.data.to && event.data.to.freeze);
    case 'sandbox.phase':
      return event.data.to === 'freezing';
    default:
      return false;
  }
}

/** The run after one more event of its log; the same object when nothing of it is the run's. */
export function tally(run: StoredRun, event: LogEvent): StoredRun {
  if (event.seq <= run.countedSeq || event.atUs < run.startedAtUs) return run;
  if (run.endedAtUs !== null && event.atUs > run.endedAtUs) return run;
  const counted = { ...run, countedSeq: event.seq };
  const mark = (sign: 'a' | 'p' | 'e') => markStrip(run.strip, event.atUs - run.startedAtUs, sign);
  if (isIntervention(event)) return { ...counted, interventions: run.interventions + 1, strip: mark('p') };
  // What ended after a restart of the server is of nobody.
  const isTheirs = event.actor === 'agent' && (run.token === null || event.by === null || event.by === run.token);
  if (!isTheirs) return run;
  if (event.kind === 'call.asked') return { ...counted, calls: run.calls + 1, strip: mark('a') };
  if (event.kind === 'call.ended' && timelineRowOf(event)?.failed === true)
    return { ...counted, errors: run.errors + 1, strip: mark('e') };
  return run;
}
