import { useEffect, useRef } from 'react';
import { type Action, actions } from './actions.ts';
import { useStore } from './store.ts';

/** Tells actions to ⌘K, `?` and the keyboard while the component is there. `run` may be a new function each time it draws. */
export function useActions(list: readonly Action[]): void {
  const current = useRef(list);
  current.current = list;
  const place = useRef<ReturnType<typeof actions.add> | null>(null);
  const told = useRef<readonly Action[]>([]);
  useEffect(() => {
    if (place.current !== null && sameWords(told.current, list)) return;
    // What is told looks its `run` up when it is done, so that only a change of words is a change.
    told.current = list.map((action) => ({
      ...action,
      run: () => current.current.find((each) => each.id === action.id)?.run(),
    }));
    if (place.current === null) place.current = actions.add(told.current);
    else place.current.put(told.current);
  });
  useEffect(
    () => () => {
      place.current?.remove();
      place.current = null;
    },
    [],
  );
}

export function useAction(action: Action): void {
  useActions([action]);
}

/** Every action of the page now. */
export const useAllActions = (): readonly Action[] => useStore(actions);

function sameWords(before: readonly Action[], after: readonly Action[]): boolean {
  return (
    before.length === after.length &&
    before.every((one, at) => {
      const other = after[at];
      return other !== undefined && words.every((key) => same(one[key], other[key]));
    })
  );
}

/** Icons are left out: they are elements made anew each time, and the same id keeps its icon. */
const words = [
  'id',
  'title',
  'group',
  'hint',
  'keywords',
  'shortcut',
  'within',
  'when',
  'blocked',
  'keyOnly',
  'urgent',
] as const;

const same = (one: unknown, other: unknown): boolean =>
  one === other ||
  (Array.isArray(one) &&
    Array.isArray(other) &&
    one.length === other.length &&
    one.every((each, at) => each === other[at]));
