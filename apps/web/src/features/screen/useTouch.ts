import { type PointerEvent, type RefObject, useEffect, useMemo, useRef } from 'react';
import { screenPoint, Wheel } from './pointer.ts';
import type { ScreenModel } from './screenModel.ts';
import type { ScreenViewModel } from './screenView.ts';
import { TouchGestures } from './touch.ts';

interface TouchOptions {
  readonly model: ScreenModel;
  readonly view: ScreenViewModel;
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly stage: RefObject<HTMLElement | null>;
  readonly active: boolean;
}

const LEFT = 1;
const RIGHT = 4;

/** Fingers: tap, long press, drag, two to scroll or move the view, pinch to zoom it. Who may only look moves the view. */
export function useTouch({ model, view, canvas, stage, active }: TouchOptions) {
  const may = useRef(active);
  may.current = active;
  const gestures = useMemo(() => {
    const wheel = new Wheel();
    const point = (x: number, y: number, buttons: number) => {
      const { size } = model.state;
      if (canvas.current === null || size === null || !may.current) return;
      const at = screenPoint({ clientX: x, clientY: y, buttons: 0 }, canvas.current.getBoundingClientRect(), size);
      model.pointer(at.x, at.y, buttons);
    };
    const click = (x: number, y: number, button: number) => {
      point(x, y, 0);
      point(x, y, button);
      point(x, y, 0);
    };
    let last = { x: 0, y: 0 };
    return new TouchGestures(
      {
        tap: (x, y) => click(x, y, LEFT),
        longPress: (x, y) => {
          click(x, y, RIGHT);
          navigator.vibrate?.(10);
        },
        drag: (phase, x, y) => {
          // A finger of somebody who only looks moves the view.
          if (!may.current && phase === 'move') stage.current?.scrollBy(last.x - x, last.y - y);
          last = { x, y };
          point(x, y, phase === 'end' ? 0 : LEFT);
        },
        scroll: (deltaX, deltaY) => {
          if (view.larger || !may.current) stage.current?.scrollBy(-deltaX, -deltaY);
          else
            for (const button of wheel.turn({ deltaX: -deltaX * 2, deltaY: -deltaY * 2, deltaMode: 0 }))
              model.click(button);
        },
        pinch: (factor, x, y) => zoomAround(stage.current, view, { factor, x, y }),
      },
      (delayMs, callback) => {
        const timer = setTimeout(callback, delayMs);
        return () => clearTimeout(timer);
      },
    );
  }, [model, view, canvas, stage]);
  useEffect(() => () => gestures.cancel(), [gestures]);

  const only = (handle: (event: PointerEvent) => void) => (event: PointerEvent) => {
    if (event.pointerType === 'touch') handle(event);
  };
  return {
    onPointerDown: only((event) => {
      event.currentTarget.setPointerCapture(event.pointerId);
      gestures.down(event.pointerId, event.clientX, event.clientY);
    }),
    onPointerMove: only((event) => gestures.move(event.pointerId, event.clientX, event.clientY)),
    onPointerUp: only((event) => gestures.up(event.pointerId)),
    onPointerCancel: only(() => gestures.cancel()),
  };
}

/** Zooms so that what is under the point stays there. */
export function zoomAround(
  stage: HTMLElement | null,
  view: ScreenViewModel,
  { factor, x, y }: { readonly factor: number; readonly x: number; readonly y: number },
): void {
  const grew = view.zoomBy(factor);
  if (stage === null || grew === 1) return;
  const box = stage.getBoundingClientRect();
  const [atX, atY] = [x - box.left, y - box.top];
  const [left, top] = [stage.scrollLeft, stage.scrollTop];
  // After the larger picture is laid out.
  requestAnimationFrame(() => stage.scrollTo((left + atX) * grew - atX, (top + atY) * grew - atY));
}
