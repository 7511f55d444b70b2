/** What a sandbox changed, as the server tells it; asked again when the log says that files changed. */
import type { Base, Change, Changes, SandboxId } from '@sandglass/protocol';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import { useClient } from './client.tsx';
import { useEvents } from './events.ts';

/** A build writes all the time; a list that follows once a second is as true as anyone can read. */
const FOLLOW_EVERY_MS = 1_000;

/** The two are asked for at slightly different moments; in between the log goes on. */
const RECENT_SEQS = 50;

export const changesKey = (sandbox: SandboxId, since: Base, compare: boolean) =>
  ['changes', sandbox, since, compare] as const;

interface ChangesOptions {
  readonly since?: Base;
  /** Look at both sides: exact, and slower. Default: from the names in the log. */
  readonly compare?: boolean;
  readonly enabled?: boolean;
  /** As it was at a moment; null: now. */
  readonly untilUs?: number | null;
}

export function useChanges(sandbox: SandboxId, options: ChangesOptions = {}) {
  const { since = 'start', compare = false, enabled = true, untilUs = null } = options;
  const client = useClient();
  const query = useQuery({
    queryKey: untilUs === null ? changesKey(sandbox, since, compare) : ['changesAt', sandbox, since, untilUs],
    queryFn: ({ signal }): Promise<Changes> =>
      client.request('changes', {
        params: { sandbox },
        query: {
          since,
          ...(compare && untilUs === null ? { compare: 'true' as const } : {}),
          ...(untilUs === null ? {} : { untilUs }),
        },
        signal,
        timeoutMs: 60_000,
      }),
    enabled,
    placeholderData: (before) => before,
    // Who plays passes many moments, and comes back to few.
    ...(untilUs === null ? {} : { gcTime: 10_000, staleTime: Number.POSITIVE_INFINITY }),
    retry: false,
  });
  useFollowing(sandbox, changesKey(sandbox, since, compare), enabled && untilUs === null);
  return query;
}

function useFollowing(sandbox: SandboxId, key: readonly unknown[], enabled: boolean): void {
  const queries = useQueryClient();
  const { events } = useEvents(sandbox);
  const newest = events.findLast((event) => event.kind === 'file.changed' || event.kind === 'checkpoint.restored')?.seq;
  const state = useRef<{ seq: number | undefined; timer: ReturnType<typeof setTimeout> | undefined }>({
    seq: undefined,
    timer: undefined,
  });
  const ask = useRef(() => {});
  ask.current = () => void queries.invalidateQueries({ queryKey: key });
  useEffect(() => {
    const { current } = state;
    const first = current.seq === undefined;
    if (newest === current.seq) return;
    current.seq = newest;
    if (first || !enabled) return;
    current.timer ??= setTimeout(() => {
      current.timer = undefined;
      ask.current();
    }, FOLLOW_EVERY_MS);
  }, [newest, enabled]);
  useEffect(() => () => clearTimeout(state.current.timer), []);
}

/** How many files changed since the start; undefined until it is known. What was compared counts before what names tell. */
export function useChangeCount(sandbox: SandboxId): number | undefined {
  const told = useChanges(sandbox).data;
  const compared = useQuery<Changes>({ queryKey: changesKey(sandbox, 'start', true), enabled: false }).data;
  const best = compared !== undefined && compared.seq >= (told?.seq ?? 0) - RECENT_SEQS ? compared : told;
  return best?.items.length;
}

/** The change of each path, and for directories how many there are below. */
export function useChangeMarks(sandbox: SandboxId): ChangeMarks {
  const items = useChanges(sandbox).data?.items;
  return useMemo(() => markChanges(items ?? []), [items]);
}

export interface ChangeMarks {
  readonly byPath: ReadonlyMap<string, Change>;
  readonly below: ReadonlyMap<string, number>;
}

export function markChanges(items: readonly Change[]): ChangeMarks {
  const below = new Map<string, number>();
  for (const { path } of items)
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const above = path.slice(0, end);
      below.set(above, (below.get(above) ?? 0) + 1);
    }
  return { byPath: new Map(items.map((change) => [change.path, change])), below };
}
