import type { SandboxId, ScreenWindows } from '@sandglass/protocol';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useClient } from '../../platform/client.tsx';
import { useEvents } from '../../platform/events.ts';
import { eventsUpTo } from '../../platform/eventsUpTo.ts';
import { useMoment } from '../../platform/playhead.ts';
import { useRested } from '../../platform/useRested.ts';

/** The windows at the moment that is shown: of the events that are here, else asked for. Undefined until it is known. */
export function useWindows(sandbox: SandboxId, enabled: boolean): ScreenWindows | undefined {
  const client = useClient();
  const momentUs = useMoment();
  const { events, earlier, phase } = useEvents(sandbox);
  const last = useMemo(
    () => eventsUpTo(events, momentUs).findLast((event) => event.kind === 'windows.changed'),
    [events, momentUs],
  );
  const wanted = enabled && last === undefined && earlier && phase !== 'loading';
  const untilUs = useRested(momentUs === null ? null : Math.round(momentUs), 120);
  const query = useQuery({
    queryKey: ['windows', sandbox, untilUs],
    queryFn: ({ signal }) =>
      client.request('windows', {
        params: { sandbox },
        query: untilUs === null || untilUs === undefined ? {} : { untilUs },
        signal,
      }),
    enabled: wanted && untilUs !== undefined,
    placeholderData: keepPreviousData,
  });
  if (last?.kind === 'windows.changed') return last.data;
  if (!earlier && phase !== 'loading') return { windows: [], active: null };
  return wanted ? query.data : undefined;
}
