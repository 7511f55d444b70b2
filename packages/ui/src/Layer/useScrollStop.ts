import { type RefObject, useLayoutEffect } from 'react';

const focusable = 'a[href], button, input, select, textarea, [tabindex]';

/**
 * What scrolls must be reachable by keyboard: a text that is longer than its place becomes a stop of the Tab key, unless
 * something in it is one already.
 */
export function useScrollStop(place: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) return;
    const look = () => {
      const scrolls = element.scrollHeight > element.clientHeight + 1;
      if (scrolls && element.querySelector(focusable) === null) element.tabIndex = 0;
      else element.removeAttribute('tabindex');
    };
    look();
    if (globalThis.ResizeObserver === undefined) return;
    const watch = new ResizeObserver(look);
    watch.observe(element);
    return () => watch.disconnect();
  }, [place]);
}
