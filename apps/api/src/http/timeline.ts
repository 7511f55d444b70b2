import { encodeTimelineRows, type TimelineRow, timelineRowOf } from '@sandglass/replay';
import { findSeqAt } from '../recorder/findSeqAt.ts';
import type { Services } from '../services.ts';
import type { Handlers } from './handlers.ts';

export function timelineHandlers({ sandboxes }: Services): Pick<Handlers, 'timeline'> {
  return {
    timeline: ({ params, query }) => {
      sandboxes.get(params.sandbox);
      const log = sandboxes.recording(params.sandbox);
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
        ...(log.beginsUs > 0 ? { beginsUs: log.beginsUs } : {}),
        nowUs: log.now(),
      };
    },
  };
}
