import { useContext, useEffect } from 'react';
import { PlayheadContext } from '../../platform/playhead.ts';
import type { PlayheadModel } from '../../platform/playheadModel.ts';
import { nextStart } from './moments.ts';
import type { TimelineModel } from './timelineModel.ts';

/** The playhead of the console around, tied to the lanes: they say when something happens, and go along while it plays. */
export function usePlayheadOn(model: TimelineModel): PlayheadModel | null {
  const playhead = useContext(PlayheadContext);
  useEffect(() => {
    if (playhead === null) return;
    playhead.nextActivity = (atUs) => nextStart(model.store, atUs);
    return playhead.subscribe(() => {
      const { head } = playhead.state;
      if (head.phase === 'playing') model.reveal(head.atUs);
    });
  }, [model, playhead]);
  return playhead;
}
