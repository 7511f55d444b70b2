import type { Sandglass } from '@sandglass/client';
import { type Sandbox, zeroMsOf } from '@sandglass/protocol';
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

/** Whether the past is shown that a fork shares with its parent; changes only with that. */
export function useIsSharedPast({ parent }: Sandbox): boolean {
  const model = usePlayhead();
  return useSyncExternalStore(model.subscribe, () => {
    const { head } = model.state;
    return head.phase !== 'live' && head.atUs < (parent?.atUs ?? 0);
  });
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

/** Long enough not to write an address for every step of a drag. */
const ADDRESS_AFTER_MS = 400;

/** Starts at the moment of the address, and keeps the address at the moment, so that it can be copied. */
export function useMomentInAddress(
  model: PlayheadModel,
  first: number | undefined,
  write: (atUs?: number) => void,
): void {
  const latest = useRef(write);
  latest.current = write;
  // The address says where to begin; once, since the person moves on from there.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when it opens
  useEffect(() => {
    if (first !== undefined) model.seek(first);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const unsubscribe = model.subscribe(() => {
      clearTimeout(timer);
      const { head } = model.state;
      // Who plays goes on; where it stands is what is meant.
      if (head.phase === 'playing') return;
      timer = setTimeout(
        () => latest.current(head.phase === 'live' ? undefined : Math.round(head.atUs)),
        ADDRESS_AFTER_MS,
      );
    });
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [model]);
}

/** A recording on the server. */
export function recordingSource(client: Sandglass, sandbox: Sandbox['id']): RecordingSource {
  return {
    index: (afterSeq, signal) =>
      client.request('recording', { params: { sandbox }, query: { afterSeq }, ...(signal && { signal }) }),
    segment: (track, number) => client.request('recordingSegment', { params: { sandbox, track, number } }),
    blob: (hash) => client.request('recordedBlob', { params: { sandbox, hash } }),
    events: async (from, limit, signal) =>
      (await client.request('events', { params: { sandbox }, query: { from, limit }, ...(signal && { signal }) }))
        .items,
  };
}

const endOf = (sandbox: Sandbox, nowMs: number): PlayEnd => ({
  nowUs: Math.max(0, (sandbox.endedAtMs ?? nowMs) - zeroMsOf(sandbox)) * 1000,
  growing: sandbox.endedAtMs === null,
});
