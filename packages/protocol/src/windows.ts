/** The windows of a sandbox's own desktop, as the sandbox tells of them. Titles are chosen by programs: data, never trusted. */
import { z } from 'zod';

export const ScreenWindow = z
  .object({
    id: z.number().int().describe('as the X server numbers it; given out again after a restart'),
    title: z.string(),
    application: z.string().describe('what the program calls itself, such as Chromium; may be empty'),
  })
  .meta({ id: 'ScreenWindow' });
export type ScreenWindow = z.infer<typeof ScreenWindow>;

/** All of them at one moment, so that whoever knows the last such event knows the windows. */
export const ScreenWindows = z
  .object({
    windows: z.array(ScreenWindow).describe('oldest first, at most 64; desktop and panels are left out'),
    active: z.number().int().nullable().describe('id of the one that has the keyboard'),
  })
  .meta({ id: 'ScreenWindows' });
export type ScreenWindows = z.infer<typeof ScreenWindows>;

export const activeWindow = ({ windows, active }: ScreenWindows): ScreenWindow | undefined =>
  active === null ? undefined : windows.find(({ id }) => id === active);
