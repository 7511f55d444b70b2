import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { stepOf } from '../../platform/listSteps.ts';

interface Rows {
  readonly count: number;
  readonly keyAt: (index: number) => number | undefined;
  readonly indexOf: (key: number) => number;
  readonly scrollTo: (index: number) => void;
}

/** Arrows, Home and End lead from row to row of a list of which only the rows in view exist. The one reached is a key, not a place: rows come and go. */
export function useReached(scroller: RefObject<HTMLElement | null>, { count, keyAt, indexOf, scrollTo }: Rows) {
  const [reached, setReached] = useState<number | undefined>(undefined);
  const wanted = useRef<number | undefined>(undefined);
  // A row that was out of view is drawn some frames after it is scrolled to.
  useEffect(() => {
    if (wanted.current === undefined) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-key="${wanted.current}"] > *`);
    if (row == null) return;
    wanted.current = undefined;
    row.focus({ preventScroll: true });
  });
  const handleKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = reached === undefined ? count : indexOf(reached);
    const next = stepOf(event.key, at, count);
    const key = next === undefined ? undefined : keyAt(next);
    if (next === undefined || key === undefined) return;
    event.preventDefault();
    wanted.current = key;
    setReached(key);
    scrollTo(next);
  };
  /** To a row that something else leads to. */
  const go = (key: number) => {
    const at = indexOf(key);
    if (at < 0) return;
    wanted.current = key;
    setReached(key);
    scrollTo(at);
  };
  return { reached, handleKey, go };
}
