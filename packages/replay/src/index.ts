export { createCanvasPlayer, createCanvasSurface } from './canvasSurface.ts';
export { createInflateStream } from './inflateStream.ts';
export { type DecodedJpeg, PixelSurface } from './pixelSurface.ts';
export { decodeRecordPixels } from './recordPixels.ts';
export { type CursorShape, ScreenPlayer, type ScreenPlayerEvents } from './screenPlayer.ts';
export type { ScreenSurface, SurfaceArea } from './screenSurface.ts';
export { TerminalBoundary } from './terminalBoundary.ts';
export {
  decodeResize,
  decodeStoredTerminal,
  encodeResize,
  encodeStoredTerminal,
  type StoredTerminal,
  type TerminalSize,
} from './terminalFrames.ts';
export { type GuardedTerminal, guardTerminal } from './terminalGuard.ts';
export { TerminalModes } from './terminalModes.ts';
export { emptySum, isOpen, Lane, type LaneSum, type Mark, Names } from './timeline/lane.ts';
export { type TimelineRow, timelineRowOf } from './timeline/rows.ts';
export { createSample, type LaneSample, type SampleView, sampleLane } from './timeline/sampleLane.ts';
export { axisStep, formatElapsed, formatTick } from './timeline/timeAxis.ts';
export { decodeTimelineRows, encodeTimelineRows } from './timeline/timelinePage.ts';
export {
  type Flag,
  type Gap,
  type LaneName,
  laneNames,
  type TimelineEnd,
  TimelineStore,
} from './timeline/timelineStore.ts';
export {
  advance,
  fitAll,
  followNow,
  isLive,
  MIN_SPAN_US,
  panBy,
  reveal,
  showRange,
  spanOf,
  type TimelineWindow,
  type WindowMode,
  zoomAround,
} from './timeline/timelineWindow.ts';
