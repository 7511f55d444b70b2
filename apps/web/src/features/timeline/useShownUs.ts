import { useSyncExternalStore } from 'react';
import type { PlayheadModel } from '../../platform/playheadModel.ts';

const never = () => () => undefined;

/** The moment of the past that is shown; null while it is live, or where there is no playhead. */
export function useShownUs(playhead: PlayheadModel | null): number | null {
  return useSyncExternalStore(playhead?.subscribe ?? never, () => {
    const head = playhead?.state.head;
    return head === undefined || head.phase === 'live' ? null : head.atUs;
  });
}
