/** What one frame of the timeline shows, and where a moment stands in it. */
import { spanOf, type TimelineStore, type TimelineWindow } from '@sandglass/replay';
import type { LaneLayout } from './laneLayout.ts';
import type { Palette } from './palette.ts';

export interface Scene {
  readonly store: TimelineStore;
  readonly window: TimelineWindow;
  readonly nowUs: number;
  /** Up to here the past is known; beyond it is on its way, or the server is away. */
  readonly knownUs: number;
  readonly layout: LaneLayout;
  readonly widthPx: number;
  /** Device pixels a CSS pixel. */
  readonly scale: number;
  readonly palette: Palette;
}

export const xOf = ({ window, widthPx }: Pick<Scene, 'window' | 'widthPx'>, atUs: number): number =>
  ((atUs - window.fromUs) / spanOf(window)) * widthPx;

export const atOf = (window: TimelineWindow, widthPx: number, xPx: number): number =>
  window.fromUs + (xPx / Math.max(1, widthPx)) * spanOf(window);
