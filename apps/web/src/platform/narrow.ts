import { useSyncExternalStore } from 'react';

/** Up to this width a person sees one pane at a time. The style sheets say it again: a media query takes no variable. */
export const NARROW_PX = 640;

/** Up to this size it is one too: a phone on its side, a small window at twice its size. */
export const FLAT_PX = { width: 960, height: 480 } as const;

/** Up to this height what can be folded away is, until the person unfolds it. */
export const SHORT_PX = 600;

function following(media: string): () => boolean {
  const query = window.matchMedia?.(media);
  const subscribe = (onChange: () => void) => {
    query?.addEventListener('change', onChange);
    return () => query?.removeEventListener('change', onChange);
  };
  return () => useSyncExternalStore(subscribe, () => query?.matches ?? false);
}

/** True on a phone, or in a window as narrow as one; follows the window. */
export const useNarrow = following(`(max-width: ${NARROW_PX}px)`);

/** True where one pane at a time has room: narrow, or flat. */
export const useOnePane = following(
  `(max-width: ${NARROW_PX}px), (max-width: ${FLAT_PX.width}px) and (max-height: ${FLAT_PX.height}px)`,
);

export const useShort = following(`(max-height: ${SHORT_PX}px)`);
