/** The canvas and its hands: size, colours, pointers, wheel. */

import type { LaneName } from '@sandglass/replay';
import { spanOf } from '@sandglass/replay';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { isStill } from '../../platform/stillness.ts';
import type { FilmStrip } from './filmStrip.ts';
import { type Gesture, type GestureEvent, gesture } from './gestures.ts';
import { type LaneLayout, laneAt } from './laneLayout.ts';
import { LanesPainter } from './lanesPainter.ts';
import { onPaletteChange, readPalette } from './palette.ts';
import { pickAt } from './pick.ts';
import { atOf, type Scene } from './scene.ts';
import type { TimelineModel } from './timelineModel.ts';

/** So far off a mark the pointer still means it. */
const NEAR_MOUSE_PX = 4;
const NEAR_FINGER_PX = 14;
const WHEEL_ZOOM = 0.0018;
const LINE_PX = 16;
const FLAG_REACH_PX = 14;

export interface LanesOptions {
  readonly model: TimelineModel;
  readonly film: FilmStrip | null;
  readonly layout: LaneLayout;
  readonly onFrame: (scene: Scene) => void;
  /** A mark was chosen with a mouse. */
  readonly onOpen: (seq: number) => void;
  /** A moment was chosen. */
  readonly onSeek: (atUs: number) => void;
}

export function useLanes(canvas: RefObject<HTMLCanvasElement | null>, options: LanesOptions): LanesPainter | null {
  const { model, film, layout } = options;
  const current = useRef(options);
  current.current = options;
  const [painter, setPainter] = useState<LanesPainter | null>(null);

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const made = new LanesPainter({
      model,
      canvas: element,
      film,
      onFrame: (scene) => current.current.onFrame(scene),
      isStill,
    });
    made.recolour(readPalette());
    const stopPalette = onPaletteChange(() => made.recolour(readPalette()));
    const stopHands = listen(element, made, current);
    setPainter(made);
    return () => {
      stopPalette();
      stopHands();
      made.close();
      setPainter(null);
    };
  }, [canvas, model, film]);

  useEffect(() => {
    const element = canvas.current;
    if (painter === null || element === null) return;
    const measure = () => painter.resize({ widthPx: element.clientWidth, scale: window.devicePixelRatio }, layout);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    // Zooming the page, or another display, changes the ratio and not the size.
    let ratio = matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    const handleRatio = () => {
      ratio.removeEventListener('change', handleRatio);
      ratio = matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
      ratio.addEventListener('change', handleRatio);
      measure();
    };
    ratio.addEventListener('change', handleRatio);
    return () => {
      observer.disconnect();
      ratio.removeEventListener('change', handleRatio);
    };
  }, [canvas, painter, layout]);
  return painter;
}

function listen(element: HTMLCanvasElement, painter: LanesPainter, current: RefObject<LanesOptions>): () => void {
  let state: Gesture = { phase: 'idle' };
  const { model } = current.current;
  const xOfEvent = (event: MouseEvent) => event.clientX - element.getBoundingClientRect().left;
  const yOfEvent = (event: MouseEvent) => event.clientY - element.getBoundingClientRect().top;
  const usPerPx = () => spanOf(model.currentWindow()) / Math.max(1, element.clientWidth);
  const atX = (xPx: number) => atOf(model.currentWindow(), element.clientWidth, xPx);

  const pick = (event: PointerEvent) => {
    const lane: LaneName | null = laneAt(current.current.layout, yOfEvent(event));
    const atUs = atX(xOfEvent(event));
    if (lane === null) return { atUs, picked: null };
    const nearUs = (event.pointerType === 'mouse' ? NEAR_MOUSE_PX : NEAR_FINGER_PX) * usPerPx();
    return { atUs, picked: pickAt(model.store, { lane, atUs, nearUs, nowUs: model.nowUs() }) };
  };
  const tap = (event: PointerEvent) => {
    const onAxis = yOfEvent(event) >= current.current.layout.axis.topPx;
    const xPx = xOfEvent(event);
    const flag = onAxis
      ? painter.flags.find((each) => xPx >= each.xPx - 4 && xPx <= each.xPx + FLAG_REACH_PX + 8)
      : undefined;
    if (flag !== undefined) {
      const [only, ...more] = flag.seqs;
      if (more.length === 0) current.current.onOpen(only!);
      else model.zoom(0.2, atX(flag.xPx));
      return;
    }
    const { atUs, picked } = pick(event);
    if (picked === null) {
      if (model.state.focus !== null) model.focus(null);
      current.current.onSeek(atUs);
    } else if (picked.kind === 'many') model.zoom(0.2, atUs);
    else if (event.pointerType === 'mouse') {
      const { startUs, seq } = model.store.lanes[picked.ref.lane];
      current.current.onOpen(seq.values[picked.ref.index]!);
      // Of something long, the moment that was pointed at.
      current.current.onSeek(Math.max(atUs, startUs.values[picked.ref.index]!));
    }
    // A finger hides what it points at: first it is told, then a button opens it.
    else model.focus(picked.ref);
  };
  const send = (step: GestureEvent, event: PointerEvent) => {
    const [next, act] = gesture(state, step);
    state = next;
    element.dataset['phase'] = next.phase;
    if (act === undefined) return;
    if (act.act === 'pan') model.pan(-act.deltaPx * usPerPx());
    else if (act.act === 'select') model.select({ fromUs: atX(act.fromPx), toUs: atX(act.toPx) });
    else if (act.act === 'pinch') {
      model.zoom(act.factor, atX(act.aroundPx));
      model.pan(-act.deltaPx * usPerPx());
    } else tap(event);
  };
  const handlers = {
    pointerdown: (event: PointerEvent) => {
      if (event.button !== 0) return;
      element.setPointerCapture(event.pointerId);
      const select = event.shiftKey || model.state.selecting;
      send({ type: 'down', id: event.pointerId, xPx: xOfEvent(event), select }, event);
    },
    pointermove: (event: PointerEvent) => {
      if (state.phase === 'idle') {
        if (event.pointerType === 'mouse') model.point(pick(event));
        return;
      }
      send({ type: 'move', id: event.pointerId, xPx: xOfEvent(event) }, event);
    },
    pointerup: (event: PointerEvent) => send({ type: 'up', id: event.pointerId, xPx: xOfEvent(event) }, event),
    pointercancel: (event: PointerEvent) => send({ type: 'cancel', id: event.pointerId }, event),
    pointerleave: () => {
      if (state.phase === 'idle') model.point(null);
    },
    wheel: (event: WheelEvent) => {
      event.preventDefault();
      const unit = event.deltaMode === 1 ? LINE_PX : 1;
      const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
      if (Math.abs(sideways) > Math.abs(event.deltaY) || event.shiftKey) model.pan(sideways * unit * usPerPx());
      // A trackpad's pinch arrives as a wheel with Control and small numbers.
      else model.zoom(Math.exp(event.deltaY * unit * WHEEL_ZOOM * (event.ctrlKey ? 5 : 1)), atX(xOfEvent(event)));
    },
  } as const;
  for (const [name, handler] of Object.entries(handlers))
    element.addEventListener(name, handler as EventListener, { passive: false });
  return () => {
    for (const [name, handler] of Object.entries(handlers)) element.removeEventListener(name, handler as EventListener);
  };
}
