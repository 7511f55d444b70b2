import type { Sandglass } from '@sandglass/client';
import type { Sandbox } from '@sandglass/protocol';
import type { PlayEnd, RecordingSource } from '@sandglass/replay';
import { createContext, useContext, useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { useClient } from './client.tsx';
import { PlayheadModel } from './playheadModel.ts';
import { useStore } from './store.ts';

/** The playhead of the console around a pane; null outside of one. */
export const PlayheadContext = createContext<PlayheadModel | null>(null);

export function usePlayhead(): PlayheadModel {
  const model = useContext(PlayheadContext);
  if (model === null) throw new Error('usePlayhead needs a console around it');
  return model;
}

/** What is shown: null = now, else a moment of the past. */
export function useMoment(): number | null {
  const { head } = useStore(usePlayhead());
  return head.phase === 'live' ? null : head.atUs;
}

/** Whether the past is shown; changes only with that. */
export function useIsPast(): boolean {
  const model = usePlayhead();
  return useSyncExternalStore(model.subscribe, () => model.state.head.phase !== 'live');
}

/** Makes the playhead of one sandbox. `nowMs`: the server's wall time. */
export function useNewPlayhead(sandbox: Sandbox, nowMs: () => number): PlayheadModel {
  const client = useClient();
  const latest = useRef({ sandbox, nowMs });
  latest.current = { sandbox, nowMs };
  const model = useMemo(
    () =>
      new PlayheadModel({
        source: recordingSource(client, sandbox.id),
        end: () => endOf(latest.current.sandbox, latest.current.nowMs()),
        nextFrame: (callback) => {
          const frame = requestAnimationFrame(callback);
          return () => cancelAnimationFrame(frame);
        },
      }),
    [client, sandbox.id],
  );
  useEffect(() => () => model.dispose(), [model]);
  return model;
}

/** A recording on the server. */
export function recordingSource(client: Sandglass, sandbox: Sandbox['id']): RecordingSource {
  return {
    index: (afterSeq, signal) =>
      client.request('recording', { params: { sandbox }, query: { afterSeq }, ...(signal && { signal }) }),
    segment: (track, number) => client.request('recordingSegment', { params: { sandbox, track, number } }),
    events: async (from, limit, signal) =>
      (await client.request('events', { params: { sandbox }, query: { from, limit }, ...(signal && { signal }) }))
        .items,
  };
}

const endOf = ({ createdAtMs, endedAtMs }: Sandbox, nowMs: number): PlayEnd => ({
  nowUs: Math.max(0, (endedAtMs ?? nowMs) - createdAtMs) * 1000,
  growing: endedAtMs === null,
});
