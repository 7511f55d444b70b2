import { useSyncExternalStore } from 'react';
import type { Store } from '../../platform/model.ts';

/** One part of a model's state: a view of it is drawn anew when that part changes, and not for each step of a drag. */
export function useSlice<State, Part>(store: Store<State>, part: (state: State) => Part): Part {
  return useSyncExternalStore(store.subscribe, () => part(store.state));
}
