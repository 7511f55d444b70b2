import { type Sandbox, zeroMsOf } from '@sandglass/protocol';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useClient, useConnection } from '../../platform/client.tsx';
import { useEvents } from '../../platform/events.ts';
import { loadHistory } from './history.ts';
import { TimelineModel } from './timelineModel.ts';

/** The model of a sandbox's timeline: its past loaded, its tail followed, its stillness known. */
export function useTimeline(sandbox: Sandbox): { model: TimelineModel; retry: () => void } {
  const client = useClient();
  const lost = useConnection() === 'lost';
  const { events, earlier } = useEvents(sandbox.id);
  const id = sandbox.id;
  const [model] = useState(() => {
    const untilMs = sandbox.endedAtMs ?? Date.now();
    return new TimelineModel(() => performance.now(), Math.max(0, untilMs - zeroMsOf(sandbox)) * 1_000);
  });
  const loading = useRef<AbortController | null>(null);
  const tail = useRef({ events, earlier });
  tail.current = { events, earlier };

  const load = useCallback(() => {
    loading.current?.abort();
    const abort = new AbortController();
    loading.current = abort;
    void loadHistory(client, { sandbox: id, model, signal: abort.signal }).then(() => {
      if (!abort.signal.aborted) model.handleTail(tail.current.events, tail.current.earlier);
    });
  }, [client, id, model]);
  useEffect(() => {
    load();
    return () => loading.current?.abort();
  }, [load]);
  useEffect(() => {
    if (!model.handleTail(events, earlier)) load();
  }, [model, events, earlier, load]);
  useEffect(() => model.setLost(lost), [model, lost]);
  return { model, retry: load };
}
