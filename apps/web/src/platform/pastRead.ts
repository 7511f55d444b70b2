import { useEffect, useMemo } from 'react';
import { type PastRead, PastReadModel, type ReadPast } from './pastReadModel.ts';
import { usePlayhead } from './playhead.ts';
import { useStore } from './store.ts';

/** Something of the recording at the moment of the playhead. `read` stays the same from one time to the next. */
export function usePastRead<T>(read: ReadPast<T>): { readonly past: PastRead<T>; readonly retry: () => void } {
  const playhead = usePlayhead();
  const model = useMemo(() => new PastReadModel(playhead, read), [playhead, read]);
  useEffect(() => model.follow(), [model]);
  return { past: useStore(model), retry: model.retry };
}
