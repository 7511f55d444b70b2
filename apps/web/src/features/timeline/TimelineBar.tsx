import { formatElapsed, isLive, spanOf } from '@sandglass/replay';
import { IconButton, Kbd } from '@sandglass/ui';
import { clsx } from 'clsx';
import {
  ChevronDown,
  ChevronUp,
  MoveHorizontal,
  Scan,
  StepBack,
  StepForward,
  TextCursorInput,
  ZoomIn,
  ZoomOut,
} from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { formatDuration } from '../../platform/format.ts';
import type { PlayheadModel } from '../../platform/playheadModel.ts';
import type { TimelineModel } from './timelineModel.ts';
import { followNow, step } from './travel.ts';
import { useShownUs } from './useShownUs.ts';
import { useSlice } from './useSlice.ts';

const ZOOM = 0.6;

/** Where one is on the clock, steps, zoom, and the way back to now. */
export function TimelineBar({
  model,
  playhead,
  collapsed,
  onCollapse,
  controls,
  search,
}: {
  model: TimelineModel;
  playhead: PlayheadModel | null;
  controls?: ReactNode;
  search?: ReactNode;
  collapsed: boolean;
  onCollapse: (collapsed: boolean) => void;
}) {
  const selecting = useSlice(model, (state) => state.selecting);
  const zoom = (factor: number) => {
    const window = model.currentWindow();
    const { focus } = model.state;
    const middleUs = isLive(window) ? model.nowUs() : (window.fromUs + window.toUs) / 2;
    model.zoom(factor, focus === null ? middleUs : model.store.lanes[focus.lane].startUs.values[focus.index]!);
  };
  return (
    <div className="timeline-bar">
      <div className="timeline-steps">
        <IconButton size="small" label="Previous call" shortcut="[" onClick={() => step(model, playhead, -1)}>
          <StepBack size={14} />
        </IconButton>
        {controls}
        <IconButton size="small" label="Next call" shortcut="]" onClick={() => step(model, playhead, 1)}>
          <StepForward size={14} />
        </IconButton>
      </div>
      <Clock model={model} playhead={playhead} />
      {search}
      {collapsed ? null : (
        <div className="timeline-tools">
          <Span model={model} />
          <IconButton
            size="small"
            label="Select a range"
            pressed={selecting}
            onClick={() => model.startSelecting(!selecting)}
          >
            <TextCursorInput size={14} />
          </IconButton>
          <IconButton size="small" label="Zoom out" shortcut="-" onClick={() => zoom(1 / ZOOM)}>
            <ZoomOut size={14} />
          </IconButton>
          <IconButton size="small" label="Zoom in" shortcut="+" onClick={() => zoom(ZOOM)}>
            <ZoomIn size={14} />
          </IconButton>
          <IconButton size="small" label="Show all" shortcut="0" onClick={() => model.fit()}>
            <Scan size={14} />
          </IconButton>
        </div>
      )}
      <Live model={model} playhead={playhead} />
      <IconButton
        size="small"
        label={collapsed ? 'Show the timeline' : 'Hide the timeline'}
        aria-expanded={!collapsed}
        onClick={() => onCollapse(!collapsed)}
      >
        {collapsed ? <ChevronUp size={14} /> : <ChevronDown size={14} />}
      </IconButton>
    </div>
  );
}

/** The moment that is pointed at or focused, else now; of all there is. */
function Clock({ model, playhead }: { model: TimelineModel; playhead: PlayheadModel | null }) {
  const nowUs = useNowUs(model);
  const pointed = useSlice(model, (state) => state.pointed);
  const focus = useSlice(model, (state) => state.focus);
  const shownUs = useShownUs(playhead);
  const focusUs = focus === null ? null : model.store.lanes[focus.lane].startUs.values[focus.index]!;
  const atUs = pointed?.atUs ?? shownUs ?? focusUs;
  return (
    <span className="timeline-clock">
      <b>{formatElapsed(atUs ?? nowUs, atUs !== null)}</b>
      {atUs === null ? null : <span> / {formatElapsed(nowUs)}</span>}
    </span>
  );
}

function Span({ model }: { model: TimelineModel }) {
  const nowUs = useNowUs(model);
  // Read anew with each step of the window, and with the clock while all of it is shown.
  const window = useSlice(model, (state) => state.window);
  const all = window.mode === 'fit';
  const span = all ? nowUs : spanOf(window);
  return (
    <span className="timeline-span" title="How much of the recording is in view">
      <MoveHorizontal size={12} />
      {all ? 'all' : formatDuration(span / 1_000)}
    </span>
  );
}

/** Whether the right edge is now; the way back when it is not. */
export function Live({
  model,
  playhead,
  short = false,
}: {
  model: TimelineModel;
  playhead: PlayheadModel | null;
  short?: boolean;
}) {
  const past = useShownUs(playhead) !== null;
  const live = useSlice(model, (state) => isLive(state.window)) && !past;
  const lost = useSlice(model, (state) => state.lostAtUs !== null);
  // The end of a sandbox comes as a row like any other.
  const ended = useSlice(model, () => model.ended);
  if (ended) return <span className="timeline-live timeline-live-ended">Recorded</span>;
  if (lost) return <span className="timeline-live timeline-live-ended">Last known</span>;
  return (
    <button
      type="button"
      className={clsx('timeline-live', live ? 'timeline-live-on' : 'timeline-live-off')}
      aria-pressed={live}
      aria-label="Live"
      onClick={() => followNow(model, playhead)}
    >
      <i className="timeline-live-dot" />
      {live ? 'LIVE' : short ? 'Live' : 'Back to live'}
      {live || short ? null : <Kbd>L</Kbd>}
    </button>
  );
}

/** The clock of the sandbox, a second at a time. */
function useNowUs(model: TimelineModel): number {
  const ended = useSlice(model, () => model.ended);
  const [nowUs, setNowUs] = useState(() => model.nowUs());
  useSlice(model, (state) => state.history);
  useEffect(() => {
    setNowUs(model.nowUs());
    if (ended) return;
    const timer = setInterval(() => setNowUs(model.nowUs()), 1_000);
    return () => clearInterval(timer);
  }, [model, ended]);
  return ended ? model.nowUs() : nowUs;
}
