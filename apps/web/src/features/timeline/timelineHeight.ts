/** How high the timeline is and whether it is shown: each person's own, in this browser. */
import { z } from 'zod';
import { readPreference, writePreference } from '../../platform/storage.ts';

export const BAR_PX = 34;
export const DEFAULT_PX = 152;
export const LEAST_PX = 132;
/** Of the page: the workbench keeps the larger part. */
const MOST_SHARE = 0.6;
export const SLIM_PX = 44;

const Preference = z.object({ heightPx: z.number().min(LEAST_PX).max(4_000), collapsed: z.boolean() });
export type TimelineHeight = z.infer<typeof Preference>;

export const readHeight = (): TimelineHeight =>
  readPreference('timeline', Preference) ?? { heightPx: DEFAULT_PX, collapsed: false };

export const writeHeight = (height: TimelineHeight): void => writePreference('timeline', height);

export const clampHeight = (heightPx: number, pagePx: number): number =>
  Math.round(Math.min(Math.max(heightPx, LEAST_PX), Math.max(LEAST_PX, pagePx * MOST_SHARE)));
