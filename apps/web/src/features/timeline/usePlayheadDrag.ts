import { type RefObject, useEffect } from 'react';
import type { PlayheadModel } from '../../platform/playheadModel.ts';
import { FAR_PX } from './gestures.ts';
import { atOf } from './scene.ts';
import type { TimelineModel } from './timelineModel.ts';

/**
 * Takes the playhead by its grip. The grip lies over marks, and most of all over the one it was just sent to: what is no
 * drag of it (a tap, a look, a wheel) is handed on to the lanes below.
 */
export function usePlayheadDrag(
  grip: RefObject<HTMLElement | null>,
  { model, playhead }: { readonly model: TimelineModel; readonly playhead: PlayheadModel },
): void {
  useEffect(() => {
    const element = grip.current;
    const lanes = element?.closest('.timeline-canvas')?.querySelector('canvas');
    if (!element || !lanes) return;
    let press: { readonly id: number; readonly xPx: number; readonly dragged: boolean } | null = null;
    const handOn = (event: PointerEvent, type: string = event.type) =>
      lanes.dispatchEvent(new PointerEvent(type, event));
    const handlers = {
      pointerdown: (event: PointerEvent) => {
        if (event.button !== 0 || press !== null) return;
        element.setPointerCapture(event.pointerId);
        press = { id: event.pointerId, xPx: event.clientX, dragged: false };
      },
      pointermove: (event: PointerEvent) => {
        if (press === null) handOn(event);
        if (press?.id !== event.pointerId) return;
        if (!press.dragged && Math.abs(event.clientX - press.xPx) < FAR_PX) return;
        if (!press.dragged && playhead.state.head.phase === 'playing') playhead.pause();
        press = { ...press, dragged: true };
        const box = lanes.getBoundingClientRect();
        playhead.seek(atOf(model.currentWindow(), box.width, event.clientX - box.left));
      },
      pointerup: (event: PointerEvent) => {
        if (press?.id !== event.pointerId) return;
        const { dragged } = press;
        press = null;
        if (dragged) return;
        handOn(event, 'pointerdown');
        handOn(event);
      },
      pointercancel: (event: PointerEvent) => {
        if (press?.id === event.pointerId) press = null;
      },
      pointerleave: (event: PointerEvent) => {
        if (press === null) handOn(event);
      },
      wheel: (event: WheelEvent) => {
        event.preventDefault();
        lanes.dispatchEvent(new WheelEvent(event.type, event));
      },
    } as const;
    for (const [name, handler] of Object.entries(handlers))
      element.addEventListener(name, handler as EventListener, { passive: false });
    return () => {
      for (const [name, handler] of Object.entries(handlers))
        element.removeEventListener(name, handler as EventListener);
    };
  }, [grip, model, playhead]);
}
