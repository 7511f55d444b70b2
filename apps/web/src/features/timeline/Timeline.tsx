import type { Sandbox } from '@sandglass/protocol';
import { type ReactNode, useEffect, useId, useMemo, useState } from 'react';
import { useOnePane, useShort } from '../../platform/narrow.ts';
import { HeightHandle } from './HeightHandle.tsx';
import { Lanes } from './Lanes.tsx';
import { layOut } from './laneLayout.ts';
import { Notice } from './Notice.tsx';
import type { Pin, RunRange } from './pins.tsx';
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
  /** Notes, at their moments. */
  readonly pins?: readonly Pin[];
  /** The run that is reviewed: shown whole when it is first known. */
  readonly run?: RunRange | undefined;
  /** What else can be done with a selected range. */
  readonly rangeActs?: (range: Range) => ReactNode;
}

/** The log of a sandbox along its clock. Its right edge is live. */
export default function Timeline({ range, selects = true, ...shown }: TimelineProps) {
  const { sandbox, run } = shown;
  const { model, retry } = useTimeline(sandbox);
  const hasScreen = sandbox.capabilities.screen !== 'none';
  // The address says what to show first; once, since the person moves on from there.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when it opens
  useEffect(() => {
    if (range === undefined) return;
    model.showRange(range);
    if (selects) model.select(range);
  }, [model]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each run; it goes on growing
  useEffect(() => {
    if (run !== undefined && run.toUs !== null) model.showRange(withMargin({ fromUs: run.fromUs, toUs: run.toUs }));
  }, [model, run?.id]);
  return <TimelineView {...shown} model={model} hasScreen={hasScreen} retry={retry} />;
}

/** A run is looked at with a little of what was around it. */
const MARGIN = 0.04;
const LEAST_SPAN_US = 2_000_000;

function withMargin({ fromUs, toUs }: Range): Range {
  const margin = Math.max((toUs - fromUs) * MARGIN, (LEAST_SPAN_US - (toUs - fromUs)) / 2);
  return { fromUs: Math.max(0, fromUs - margin), toUs: toUs + margin };
}

export interface TimelineViewProps extends Omit<TimelineProps, 'range' | 'selects'> {
  readonly model: TimelineModel;
  readonly hasScreen: boolean;
  readonly retry: () => void;
}

export function TimelineView(props: TimelineViewProps) {
  const { sandbox, model, hasScreen, retry, onOpen, controls, search, pins = [], run, rangeActs } = props;
  const playhead = usePlayheadOn(model);
  const slim = useOnePane();
  const summary = useId();
  const [height, setHeight] = useState<TimelineHeight>(readHeight);
  const change = (next: Partial<TimelineHeight>) => {
    const kept = { ...height, ...next };
    setHeight(kept);
    writeHeight(kept);
  };
  const short = useShort();
  const [unfolded, setUnfolded] = useState(false);
  const collapsed = !slim && (height.collapsed || (short && !unfolded));
  const collapse = (next: boolean) => {
    setUnfolded(!next);
    // A small window says nothing of the next one.
    if (!short || height.collapsed) change({ collapsed: next });
  };
  useTimelineActions(model, { playhead, collapsed, onCollapse: collapse });
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
      pins={pins}
      run={run}
      rangeActs={rangeActs}
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
            onCollapse={collapse}
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
