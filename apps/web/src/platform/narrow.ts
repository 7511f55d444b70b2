import { useSyncExternalStore } from 'react';

/** Up to this width a person sees one pane at a time. The style sheets say it again: a media query takes no variable. */
export const NARROW_PX = 640;

const query = window.matchMedia?.(`(max-width: ${NARROW_PX}px)`);

function subscribe(onChange: () => void): () => void {
  query?.addEventListener('change', onChange);
  return () => query?.removeEventListener('change', onChange);
}

/** True on a phone, or in a window as narrow as one; follows the window. */
export const useNarrow = (): boolean => useSyncExternalStore(subscribe, () => query?.matches ?? false);
