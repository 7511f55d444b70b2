import { formatElapsed, atOf as momentOf } from '@sandglass/replay';
import { type KeyboardEvent, useRef } from 'react';
import type { PlayheadModel } from '../../platform/playheadModel.ts';
import { useStore } from '../../platform/store.ts';
import type { TimelineModel } from './timelineModel.ts';
import { usePlayheadDrag } from './usePlayheadDrag.ts';

const SECOND_US = 1_000_000;

/** The moment that is shown: a line through all lanes, with something to take it by. Where it stands is said after each frame. */
export function PlayheadHandle({ model, playhead }: { model: TimelineModel; playhead: PlayheadModel }) {
  const { head } = useStore(playhead);
  const atUs = momentOf(head, playhead.end);
  const grip = useRef<HTMLDivElement>(null);
  usePlayheadDrag(grip, { model, playhead });
  const handleKey = (event: KeyboardEvent) => {
    const step = (event.shiftKey ? 10 : 1) * SECOND_US;
    if (event.key === 'ArrowLeft') playhead.seek(atUs - step);
    else if (event.key === 'ArrowRight') playhead.seek(atUs + step);
    else if (event.key === 'Home') playhead.seek(0);
    else if (event.key === 'End') playhead.goLive();
    else return;
    event.preventDefault();
    event.stopPropagation();
    model.reveal(momentOf(playhead.state.head, playhead.end));
  };
  return (
    <div className="timeline-playhead" data-part="playhead" data-phase={head.phase}>
      <div
        ref={grip}
        className="timeline-playhead-grip"
        role="slider"
        tabIndex={0}
        aria-label="Playhead"
        aria-valuemin={0}
        aria-valuemax={Math.round(playhead.end.nowUs / SECOND_US)}
        aria-valuenow={Math.round(atUs / SECOND_US)}
        aria-valuetext={head.phase === 'live' ? 'Live' : formatElapsed(atUs)}
        onKeyDown={handleKey}
      />
    </div>
  );
}
