import type { KeyboardEvent, PointerEvent } from 'react';
import { clampHeight, DEFAULT_PX, LEAST_PX } from './timelineHeight.ts';

const STEP_PX = 16;

/** The upper edge: dragged, or moved by arrows; twice clicked it goes back to where it was made to be. */
export function HeightHandle({ heightPx, onChange }: { heightPx: number; onChange: (heightPx: number) => void }) {
  const set = (wanted: number) => onChange(clampHeight(wanted, window.innerHeight));
  const handlePointerDown = (down: PointerEvent<HTMLElement>) => {
    const element = down.currentTarget;
    const startPx = down.clientY;
    element.setPointerCapture(down.pointerId);
    const handleMove = (move: globalThis.PointerEvent) => set(heightPx + startPx - move.clientY);
    const handleUp = () => element.removeEventListener('pointermove', handleMove);
    element.addEventListener('pointermove', handleMove);
    element.addEventListener('lostpointercapture', handleUp, { once: true });
  };
  const handleKeyDown = (event: KeyboardEvent) => {
    const wanted = { ArrowUp: heightPx + STEP_PX, ArrowDown: heightPx - STEP_PX, Home: LEAST_PX, End: 4_000 }[
      event.key
    ];
    if (wanted === undefined) return;
    event.preventDefault();
    set(wanted);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot be moved
    <div
      className="timeline-handle"
      role="separator"
      aria-label="Height of the timeline"
      aria-orientation="horizontal"
      aria-valuenow={heightPx}
      aria-valuemin={LEAST_PX}
      aria-valuemax={clampHeight(4_000, window.innerHeight)}
      tabIndex={0}
      onPointerDown={handlePointerDown}
      onKeyDown={handleKeyDown}
      onDoubleClick={() => set(DEFAULT_PX)}
    />
  );
}
