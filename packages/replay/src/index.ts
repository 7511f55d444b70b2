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
