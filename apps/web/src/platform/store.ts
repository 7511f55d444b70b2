import { useSyncExternalStore } from 'react';
import type { Store } from './model.ts';

export { Model, type Store } from './model.ts';

/** A model's state in a view, and its next. */
export function useStore<State>(store: Store<State>): State {
  return useSyncExternalStore(store.subscribe, () => store.state);
}
