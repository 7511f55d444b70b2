import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react';

/** Nearer to its end than this, a list is at its end. */
const NEAR_PX = 40;

export const isAtEnd = ({
  scrollHeight,
  scrollTop,
  clientHeight,
}: Pick<HTMLElement, 'scrollHeight' | 'scrollTop' | 'clientHeight'>): boolean =>
  scrollHeight - scrollTop - clientHeight < NEAR_PX;

/**
 * Keeps the end of a list in view as it grows, until the person scrolls away from it; then the place that they read, also when more
 * comes before it or the list was out of view meanwhile. The list is the one child of what scrolls.
 */
export function useTail(scroller: RefObject<HTMLElement | null>) {
  const [following, setFollowing] = useState(true);
  const stays = useRef(true);
  const fromEndPx = useRef(0);
  const follow = useCallback((next: boolean) => {
    stays.current = next;
    setFollowing(next);
  }, []);
  useLayoutEffect(() => {
    const element = scroller.current;
    const list = element?.firstElementChild;
    if (element === null || list == null) return;
    let hidden = false;
    const arrange = () => {
      if (stays.current) element.scrollTop = element.scrollHeight;
      // What is hidden forgets how far it was scrolled.
      else if (hidden) element.scrollTop = element.scrollHeight - fromEndPx.current;
      hidden = element.clientHeight === 0;
    };
    arrange();
    const size = new ResizeObserver(arrange);
    size.observe(element);
    size.observe(list);
    return () => size.disconnect();
  }, [scroller]);
  return {
    following,
    handleScroll: () => {
      const element = scroller.current;
      // What is hidden stands nowhere.
      if (element === null || element.clientHeight === 0) return;
      fromEndPx.current = element.scrollHeight - element.scrollTop;
      follow(isAtEnd(element));
    },
    toNewest: () => {
      follow(true);
      if (scroller.current !== null) scroller.current.scrollTop = scroller.current.scrollHeight;
    },
    /** The person was led elsewhere. */
    leave: () => follow(false),
    /** Where the person reads is as far from the end as it was, whatever came before it. */
    keepPlace: () => {
      if (scroller.current !== null) scroller.current.scrollTop = scroller.current.scrollHeight - fromEndPx.current;
    },
  };
}
