/** Which files differed at a moment of a recording in a file: told from its log, as a server tells it. */
import { type Base, type Changes, CheckpointId, type LogEvent, type ScreenWindows } from '@sandglass/protocol';
import { ChangeHistory, type ChangeLog, changeKinds } from '@sandglass/replay';
import type { BundleSource } from '@sandglass/replay/bundle';

/** More is no list that anybody reads. */
const MOST_CHANGES = 2_000;
const PAGE_EVENTS = 5_000;
const kinds: ReadonlySet<LogEvent['kind']> = new Set(changeKinds);

export function bundleChanges(source: BundleSource): (query: Record<string, unknown>) => Promise<Changes> {
  let read: Promise<readonly LogEvent[]> | undefined;
  return async ({ since, untilUs }) => {
    read ??= readAll(source);
    const events = await read.catch((error) => {
      read = undefined;
      throw error;
    });
    const checkpoint = CheckpointId.safeParse(since).data;
    const base: Base = checkpoint ?? 'start';
    const seqs = new Map(source.checkpoints.map(({ id, seq }) => [id, seq]));
    const baseSeq = checkpoint === undefined ? 0 : (seqs.get(checkpoint) ?? 0);
    const history = new ChangeHistory(base, { baseSeq, seqOf: (id) => seqs.get(id), everything: false });
    history.read(logOf(events), typeof untilUs === 'number' ? untilUs : undefined);
    const { items, ignored } = history.list();
    const shown = items.slice(0, MOST_CHANGES);
    const truncated = items.length > shown.length;
    return { base, items: shown, truncated, ignored, lost: history.lost, compared: false, seq: history.seq };
  };
}

/** Few of the events are about files: the rest is not kept. */
async function readAll(source: BundleSource): Promise<readonly LogEvent[]> {
  const found: LogEvent[] = [];
  for (let from = 0; ; ) {
    const events = await source.events(from, PAGE_EVENTS);
    for (const event of events) if (kinds.has(event.kind)) found.push(event);
    const last = events.at(-1);
    if (last === undefined || events.length < PAGE_EVENTS) return found;
    from = last.seq + 1;
  }
}

const logOf = (events: readonly LogEvent[]): ChangeLog => ({
  lastSeq: events.at(-1)?.seq ?? 0,
  eventsOf: (_, from, limit) => {
    let low = 0;
    let high = events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((events[middle]?.seq ?? 0) < from) low = middle + 1;
      else high = middle;
    }
    return events.slice(low, low + limit);
  },
});

/** The windows as they were told of last by then: looked for from the end. */
export async function windowsAt(source: BundleSource, untilUs: number): Promise<ScreenWindows> {
  for (const { firstSeq, firstUs, count } of source.manifest.events.toReversed()) {
    if (firstUs > untilUs) continue;
    const events = await source.events(firstSeq, count);
    const last = events.findLast((event) => event.kind === 'windows.changed' && event.atUs <= untilUs);
    if (last?.kind === 'windows.changed') return last.data;
  }
  return { windows: [], active: null };
}
