import type { Sandbox } from '@sandglass/protocol';
import { type ReactNode, useEffect, useId, useMemo, useState } from 'react';
import { useNarrow } from '../../platform/narrow.ts';
import { HeightHandle } from './HeightHandle.tsx';
import { Lanes } from './Lanes.tsx';
import { layOut } from './laneLayout.ts';
import { Notice } from './Notice.tsx';
import { Spoken } from './Spoken.tsx';
import { Live, TimelineBar } from './TimelineBar.tsx';
import './timeline.css';
import './timelineCard.css';
import { BAR_PX, clampHeight, readHeight, SLIM_PX, type TimelineHeight, writeHeight } from './timelineHeight.ts';
import type { Range, TimelineModel } from './timelineModel.ts';
import { usePlayheadOn } from './usePlayheadOn.ts';
import { useTimeline } from './useTimeline.ts';
import { useTimelineActions } from './useTimelineActions.ts';

export interface TimelineProps {
  readonly sandbox: Sandbox;
  /** From the address: the range to show first. */
  readonly range?: Range | undefined;
  /** Where it is what was asked for, and not all there is. */
  readonly selects?: boolean;
  /** A mark was chosen: shows the event of the log behind it. */
  readonly onOpen: (seq: number) => void;
  /** What plays the past, and what looks through it; in the bar. */
  readonly controls?: ReactNode;
  readonly search?: ReactNode;
}

/** The log of a sandbox along its clock. Its right edge is live. */
export default function Timeline({ sandbox, range, selects = true, onOpen, controls, search }: TimelineProps) {
  const { model, retry } = useTimeline(sandbox);
  const hasScreen = sandbox.capabilities.screen !== 'none';
  // The address says what to show first; once, since the person moves on from there.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when it opens
  useEffect(() => {
    if (range === undefined) return;
    model.showRange(range);
    if (selects) model.select(range);
  }, [model]);
  return (
    <TimelineView
      sandbox={sandbox}
      model={model}
      hasScreen={hasScreen}
      retry={retry}
      onOpen={onOpen}
      controls={controls}
      search={search}
    />
  );
}

export interface TimelineViewProps {
  readonly sandbox: Sandbox;
  readonly model: TimelineModel;
  readonly hasScreen: boolean;
  readonly retry: () => void;
  readonly onOpen: (seq: number) => void;
  readonly controls?: ReactNode;
  readonly search?: ReactNode;
}

export function TimelineView({ sandbox, model, hasScreen, retry, onOpen, controls, search }: TimelineViewProps) {
  const playhead = usePlayheadOn(model);
  const slim = useNarrow();
  const summary = useId();
  const [height, setHeight] = useState<TimelineHeight>(readHeight);
  const change = (next: Partial<TimelineHeight>) => {
    const kept = { ...height, ...next };
    setHeight(kept);
    writeHeight(kept);
  };
  const collapsed = !slim && height.collapsed;
  useTimelineActions(model, { playhead, collapsed, onCollapse: (next) => change({ collapsed: next }) });
  const wholePx = clampHeight(height.heightPx, window.innerHeight);
  const lanesPx = slim ? SLIM_PX : wholePx - BAR_PX - 1;
  const layout = useMemo(
    () => layOut(lanesPx, { hasFilm: hasScreen && !slim, kind: slim ? 'slim' : 'full' }),
    [lanesPx, hasScreen, slim],
  );
  const lanes = (
    <Lanes
      sandbox={sandbox}
      model={model}
      playhead={playhead}
      layout={layout}
      slim={slim}
      describedBy={summary}
      onOpen={onOpen}
      notice={<Notice model={model} retry={retry} />}
    />
  );
  return (
    <section className={slim ? 'timeline timeline-slim' : 'timeline'} aria-label="Timeline">
      {slim ? (
        <>
          {lanes}
          <Live model={model} playhead={playhead} short />
        </>
      ) : (
        <>
          {collapsed ? null : <HeightHandle heightPx={wholePx} onChange={(heightPx) => change({ heightPx })} />}
          <TimelineBar
            model={model}
            playhead={playhead}
            collapsed={collapsed}
            onCollapse={(next) => change({ collapsed: next })}
            controls={controls}
            search={search}
          />
          {collapsed ? null : (
            <div className="timeline-body" style={{ height: lanesPx }}>
              {lanes}
            </div>
          )}
        </>
      )}
      <Spoken id={summary} sandbox={sandbox.id} model={model} />
    </section>
  );
}
