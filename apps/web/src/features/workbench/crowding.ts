/** The bar of a sandbox holds more or less of words, so that all of it fits: who looks on, who asks, and how wide the window is. */
import { type RefObject, useLayoutEffect } from 'react';

/**
 * What is missed least comes first: the id, Kill's word, keys, words of what is done less often, what it is a
 * fork of, the way back, all words of the
 * transport; then what ⌘K and the menu of panes have too: its own key, Kill, Fork and Restore, who looks on.
 */
const leftOut = [
  'id',
  'kill',
  'keys',
  'rare',
  'lineage',
  'places',
  'labels',
  'palette',
  'killing',
  'more',
  'viewers',
] as const;
export const MOST_CROWDED = leftOut.length;
/** What of a name has to be seen, as long as only words are left out for it. */
const NAME_PX = 150;
const WORDS = leftOut.indexOf('labels') + 1;

/** The first step at which it fits; the last, when none does. */
export function crowdingOf(fitsAt: (step: number) => boolean): number {
  for (let step = 0; step < MOST_CROWDED; step++) if (fitsAt(step)) return step;
  return MOST_CROWDED;
}

/** Keeps `data-crowded` of the bar around `part`, whose name is its heading, as what is in it changes. */
export function useCrowding(part: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const bar = part.current?.closest<HTMLElement>('.frame-bar');
    const name = part.current?.querySelector('h1');
    if (!bar || !name || typeof ResizeObserver === 'undefined') return;
    const arrange = () => {
      const leave = (step: number) => {
        bar.dataset['crowded'] = leftOut.slice(0, step).join(' ');
      };
      const step = crowdingOf((tried) => {
        leave(tried);
        const named = tried >= WORDS || name.clientWidth >= Math.min(name.scrollWidth, NAME_PX);
        return named && bar.scrollWidth <= bar.clientWidth;
      });
      leave(step);
    };
    // Measuring changes the bar, never its own width: no loop.
    const size = new ResizeObserver(arrange);
    const words = new MutationObserver(arrange);
    size.observe(bar);
    words.observe(bar, { childList: true, characterData: true, subtree: true });
    arrange();
    return () => {
      size.disconnect();
      words.disconnect();
      delete bar.dataset['crowded'];
    };
  }, [part]);
}
