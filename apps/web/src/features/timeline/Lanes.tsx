import type { Sandbox } from '@sandglass/protocol';
import { formatElapsed, isOpen } from '@sandglass/replay';
import { clsx } from 'clsx';
import {
  type KeyboardEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useClient } from '../../platform/client.tsx';
import type { PlayheadModel } from '../../platform/playheadModel.ts';
import { FilmStrip } from './filmStrip.ts';
import { handleLaneKey } from './keys.ts';
import { LaneLabels } from './LaneLabels.tsx';
import type { LaneLayout } from './laneLayout.ts';
import { MarkCard } from './MarkCard.tsx';
import { PlayheadHandle } from './PlayheadHandle.tsx';
import { type Pin, Pins, placePins, type RunRange } from './pins.tsx';
import { SelectionCard } from './SelectionCard.tsx';
import { type Scene, xOf } from './scene.ts';
import type { Range, TimelineModel } from './timelineModel.ts';
import { useLanes } from './useLanes.ts';
import { useSlice } from './useSlice.ts';

const STILL_PX = 160;
const makePicture = (bytes: Uint8Array): Promise<ImageBitmap> =>
  createImageBitmap(new Blob([bytes as BlobPart], { type: 'image/jpeg' }), {
    resizeWidth: STILL_PX,
    resizeQuality: 'medium',
  });

export interface LanesProps {
  readonly sandbox: Sandbox;
  readonly model: TimelineModel;
  readonly layout: LaneLayout;
  readonly slim: boolean;
  readonly describedBy: string;
  readonly playhead: PlayheadModel | null;
  readonly onOpen: (seq: number) => void;
  readonly pins: readonly Pin[];
  readonly run: RunRange | undefined;
  readonly rangeActs: ((range: Range) => ReactNode) | undefined;
  /** What to say instead of marks: empty, loading, failed. */
  readonly notice: ReactNode;
}

/** The lanes themselves: a canvas, and over it what is pointed at, focused and selected. */
export function Lanes(props: LanesProps) {
  const { sandbox, model, playhead, layout, slim, describedBy, onOpen, pins, run, rangeActs, notice } = props;
  const client = useClient();
  const canvas = useRef<HTMLCanvasElement>(null);
  const over = useRef<HTMLDivElement>(null);
  const hasFilm = layout.film !== null;
  const [redraw, setRedraw] = useState<() => void>(() => () => undefined);
  const redrawNow = useRef(redraw);
  redrawNow.current = redraw;
  const film = useMemo(
    () =>
      hasFilm ? new FilmStrip({ client, sandbox: sandbox.id, makePicture, onChange: () => redrawNow.current() }) : null,
    [client, sandbox.id, hasFilm],
  );
  useEffect(() => () => film?.close(), [film]);
  const handleFrame = useCallback(
    (scene: Scene) => {
      if (over.current === null) return;
      placeOver(over.current, scene, model);
      placePins(over.current, scene);
      if (playhead !== null) placePlayhead(over.current, scene, playhead);
    },
    [model, playhead],
  );
  const painter = useLanes(canvas, {
    model,
    film,
    layout,
    onFrame: handleFrame,
    onOpen,
    onSeek: (atUs) => playhead?.seek(atUs),
  });
  useEffect(() => (painter === null ? undefined : playhead?.subscribe(painter.request)), [painter, playhead]);
  useEffect(() => {
    if (painter !== null) setRedraw(() => painter.request);
  }, [painter]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what has come over the canvas is put in its place
  useEffect(() => painter?.request(), [painter, pins, run]);

  const focus = useSlice(model, (state) => state.focus);
  const pointed = useSlice(model, (state) => state.pointed);
  const selection = useSlice(model, (state) => state.selection);
  const selecting = useSlice(model, (state) => state.selecting);
  const focusMark = focus === null ? null : model.store.lanes[focus.lane].mark(focus.index);
  const openFocused = () => {
    if (focusMark !== null) onOpen(focusMark.seq);
  };
  const handleKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget && event.key !== 'Escape') return;
    if (event.ctrlKey || event.metaKey || event.altKey || !handleLaneKey(model, event, openFocused)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const card =
    pointed ??
    (focus === null ? null : { atUs: focusMark?.startUs ?? 0, picked: { kind: 'one' as const, ref: focus } });
  return (
    <div className={clsx('timeline-lanes', slim && 'timeline-lanes-slim')}>
      {slim ? null : <LaneLabels layout={layout} />}
      {/* The arrows, + and - mean time here, not the reading of a page. */}
      <div
        className={clsx(
          'timeline-canvas',
          pointed?.picked && 'timeline-canvas-on',
          selecting && 'timeline-canvas-selecting',
        )}
        role="application"
        data-group-stop
        aria-roledescription="timeline"
        aria-label="Lanes"
        aria-describedby={describedBy}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it answers to keys
        tabIndex={0}
        onKeyDown={handleKeyDown}
      >
        <canvas ref={canvas} style={{ height: layout.heightPx }} />
        <div ref={over} className="timeline-over">
          <div className="timeline-range" hidden={selection === null} data-part="range" />
          <div className="timeline-pointer" hidden={pointed === null} data-part="pointer">
            <span data-part="time" />
          </div>
          <div className="timeline-focus" hidden={focus === null} data-part="focus" />
          <Pins pins={pins} run={run} onShow={(atUs) => playhead?.seek(atUs)} />
          {playhead === null ? null : <PlayheadHandle model={model} playhead={playhead} />}
        </div>
        {notice}
        {card === null || (pointed !== null && pointed.picked === null && !hasFilm) ? null : (
          <CardPlace atUs={card.atUs} touchable={pointed === null} onSize={redraw}>
            <MarkCard
              sandbox={sandbox.id}
              model={model}
              picked={card.picked}
              atUs={card.atUs}
              hasScreen={hasFilm}
              clock={sandbox}
              {...(pointed === null ? { onOpen: openFocused } : {})}
            />
          </CardPlace>
        )}
        {selection === null || card !== null ? null : (
          <CardPlace atUs={(selection.fromUs + selection.toUs) / 2} touchable onSize={redraw}>
            <SelectionCard sandbox={sandbox.id} model={model} selection={selection} acts={rangeActs?.(selection)} />
          </CardPlace>
        )}
      </div>
    </div>
  );
}

/** Where a card stands is said after each frame; a picture that comes late makes it wider. */
function CardPlace({
  atUs,
  touchable,
  onSize,
  children,
}: {
  atUs: number;
  touchable: boolean;
  onSize: () => void;
  children: ReactNode;
}) {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) return;
    const observer = new ResizeObserver(onSize);
    observer.observe(element);
    return () => observer.disconnect();
  }, [onSize]);
  return (
    <div
      ref={place}
      className="timeline-card-place"
      style={{ visibility: 'hidden' }}
      data-part="card"
      data-at-us={atUs}
      data-touchable={touchable ? '' : undefined}
    >
      {children}
    </div>
  );
}

/** The moment that is shown; live it stands at now. */
function placePlayhead(over: HTMLElement, scene: Scene, playhead: PlayheadModel): void {
  const line = over.querySelector<HTMLElement>('[data-part="playhead"]');
  if (line === null) return;
  const { head } = playhead.state;
  const xPx = xOf(scene, head.phase === 'live' ? scene.nowUs : head.atUs);
  line.style.transform = `translateX(${xPx}px)`;
  line.style.height = `${scene.layout.body.heightPx}px`;
  line.style.visibility = xPx < -1 || xPx > scene.widthPx + 1 ? 'hidden' : 'visible';
}

/** Over its moment, and never out of the page. */
function placeCard(card: HTMLElement, scene: Scene): void {
  const half = card.offsetWidth / 2;
  const atPx = xOf(scene, Number(card.dataset['atUs']));
  const lanesPx = card.offsetParent?.getBoundingClientRect().left ?? 0;
  const pagePx = card.closest('.timeline')?.getBoundingClientRect().left ?? 0;
  const leastPx = half + 8 - (lanesPx - pagePx);
  card.style.left = `${Math.min(Math.max(atPx, leastPx), scene.widthPx - half + 4)}px`;
  card.style.visibility = atPx < -8 || atPx > scene.widthPx + 8 ? 'hidden' : 'visible';
}

/** After each frame: what lies over the canvas goes where the frame has it. Not by React: it moves with every step of a drag. */
function placeOver(over: HTMLElement, scene: Scene, model: TimelineModel): void {
  const card = over.parentElement?.querySelector<HTMLElement>('[data-part="card"]');
  if (card) placeCard(card, scene);
  const part = (name: string) => over.querySelector<HTMLElement>(`[data-part="${name}"]`)!;
  const { pointed, focus, selection } = model.state;
  if (selection !== null) {
    const left = Math.max(-4, xOf(scene, selection.fromUs));
    const right = Math.min(scene.widthPx + 4, xOf(scene, selection.toUs));
    const { style } = part('range');
    style.left = `${left}px`;
    style.width = `${Math.max(1, right - left)}px`;
    style.height = `${scene.layout.body.heightPx}px`;
    style.visibility = right < left ? 'hidden' : 'visible';
  }
  if (pointed !== null) {
    const line = part('pointer');
    const xPx = xOf(scene, pointed.atUs);
    line.style.transform = `translateX(${xPx}px)`;
    line.style.height = `${scene.layout.body.heightPx}px`;
    line.dataset['side'] = xPx > scene.widthPx - 90 ? 'left' : 'right';
    part('time').textContent = formatElapsed(pointed.atUs, true);
  }
  const row = focus === null ? undefined : scene.layout.lanes[focus.lane];
  const box = part('focus');
  box.style.visibility = row === undefined ? 'hidden' : 'visible';
  if (focus !== null && row !== undefined) {
    const mark = model.store.lanes[focus.lane];
    const left = xOf(scene, mark.startUs.values[focus.index]!);
    const endUs = mark.endUs(focus.index);
    const right = Math.min(scene.widthPx + 4, xOf(scene, isOpen(endUs) ? scene.nowUs : endUs));
    box.style.transform = `translate(${Math.max(-6, left) - 3}px, ${row.topPx}px)`;
    box.style.width = `${Math.max(2, right - Math.max(-6, left)) + 6}px`;
    box.style.height = `${row.heightPx}px`;
  }
}
