import { encodeTimelineRows, type TimelineRow, timelineRowOf } from '@sandglass/replay';
import type { SandboxLog } from '../recorder/log.ts';
import type { Services } from '../services.ts';
import type { Handlers } from './handlers.ts';

export function timelineHandlers({ sandboxes }: Services): Pick<Handlers, 'timeline'> {
  return {
    timeline: ({ params, query }) => {
      sandboxes.get(params.sandbox);
      const log = sandboxes.log(params.sandbox);
      const { fromUs = 0, toUs = Number.POSITIVE_INFINITY, limit } = query;
      const afterSeq = Math.max(query.afterSeq, fromUs > 0 ? findSeqAt(log, fromUs) - 1 : 0);
      const events = log.events(afterSeq + 1, limit);
      const rows: TimelineRow[] = [];
      for (const event of events) {
        if (event.atUs > toUs) break;
        const row = timelineRowOf(event);
        if (row !== undefined) rows.push(row);
      }
      const last = events.at(-1);
      const more = last !== undefined && events.length === limit && last.atUs <= toUs;
      return {
        columns: encodeTimelineRows(rows),
        next: more ? last.seq : null,
        throughSeq: last?.seq ?? afterSeq,
        nowUs: log.now(),
      };
    },
  };
}

/** The first seq that is not before `atUs`: the clock of a log never goes back, so halving finds it in a few reads. */
function findSeqAt(log: SandboxLog, atUs: number): number {
  let low = 1;
  let high = log.lastSeq + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [event] = log.events(middle, 1);
    if (event === undefined || event.atUs >= atUs) high = middle;
    else low = event.seq + 1;
  }
  return low;
}
