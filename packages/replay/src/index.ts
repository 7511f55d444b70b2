export { createCanvasPlayer, createCanvasSurface } from './canvasSurface.ts';
export type { FoldedChange } from './changes/fold.ts';
export { ChangeHistory, type ChangeLog, changeKinds } from './changes/history.ts';
export {
  type ConversationState,
  type Conversations,
  conversationKinds,
  growConversations,
  grownConversation,
} from './conversations/fold.ts';
export { createInflateStream } from './inflateStream.ts';
export { type DecodedJpeg, PixelSurface } from './pixelSurface.ts';
export {
  atOf,
  live,
  movePlayhead,
  type PlayEnd,
  type Playhead,
  type PlayheadEvent,
  type Speed,
  speeds,
} from './playhead.ts';
export { ScreenCursor, type Shown, TerminalCursor, type TerminalView } from './recording/cursors.ts';
export { decodeFileSteps, encodeFileSteps } from './recording/fileFrames.ts';
export { FilesAt, type StartFiles, whyNot } from './recording/filesAt.ts';
export { applyFrame, FilesCursor, type FilesShown, learn } from './recording/filesCursor.ts';
export { type DirectoryNode, type FileNode, FileTree, type TreeNode } from './recording/fileTree.ts';
export { firstWhere } from './recording/firstWhere.ts';
export { type TrackFrame, type TrackFrameKind, trackFrame } from './recording/frames.ts';
export { gapsOf, whyNothingAt } from './recording/gaps.ts';
export { screenAt, stepsOf, type TerminalMoment, type TerminalStep, terminalAt } from './recording/moment.ts';
export { Recording } from './recording/recording.ts';
export {
  decodeProcesses,
  decodeStats,
  encodeProcesses,
  encodeStats,
  processesAt,
  statsBetween,
} from './recording/samples.ts';
export {
  encodeFrameHeader,
  encodeSegmentHeader,
  isSegmentHeader,
  readFrame,
  readSegment,
  SEGMENT_FRAME_HEADER_BYTES,
  SEGMENT_HEADER_BYTES,
} from './recording/segmentFormat.ts';
export type { RecordingSource } from './recording/source.ts';
export { decodeRecordPixels } from './recordPixels.ts';
export { type CursorShape, ScreenPlayer, type ScreenPlayerEvents } from './screenPlayer.ts';
export type { ScreenSurface, SurfaceArea } from './screenSurface.ts';
export { decodeStill, encodeStill, type StoredStill } from './stillFrames.ts';
export { TerminalBoundary } from './terminalBoundary.ts';
export {
  decodeResize,
  decodeStoredTerminal,
  encodeResize,
  encodeStoredTerminal,
  type StoredTerminal,
  type TerminalSize,
} from './terminalFrames.ts';
export { guardTerminal } from './terminalGuard.ts';
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
