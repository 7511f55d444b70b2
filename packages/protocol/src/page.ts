/**
 * What a sandbox's Chromium tells of itself: its pages, what they log and ask the network for. Told by the server's own passive
 * session (see docs/recording.md). All of it is written by pages: hostile, and bounded where it is taken in.
 */
import { z } from 'zod';

export const PageId = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,64}$/)
  .describe('a tab of the browser, as Chromium calls its target')
  .meta({ id: 'PageId' });
export type PageId = z.infer<typeof PageId>;

export const MAX_URL = 2_048;
export const MAX_TITLE = 300;
export const MAX_LOGGED = 4_000;

const Url = z.string().max(MAX_URL).describe('may be cut; values of a query whose names are secret are left out');
const Title = z.string().max(MAX_TITLE);

export const LogLevel = z.enum(['debug', 'log', 'info', 'warning', 'error']).meta({ id: 'LogLevel' });
export type LogLevel = z.infer<typeof LogLevel>;

export const PageDialog = z.enum(['alert', 'confirm', 'prompt', 'beforeunload']).meta({ id: 'PageDialog' });
export type PageDialog = z.infer<typeof PageDialog>;

export const browserOpened = {
  version: z.string().max(200),
  headless: z.boolean().describe('it has no window: its pages are seen by their own pictures'),
};
export const browserClosed = { reason: z.string().max(200) };

export const pageOpened = { page: PageId, url: Url, title: Title, opener: PageId.nullable() };
export const pageNavigated = {
  page: PageId,
  url: Url,
  title: Title,
  moved: z.boolean().describe('false: only its title is another one'),
};
export const pageClosed = { page: PageId, crashed: z.boolean() };

export const pageLogged = {
  page: PageId,
  level: LogLevel,
  source: z
    .enum(['console', 'exception', 'browser'])
    .describe('the page wrote it; it threw and nobody caught it; the browser says it of the page'),
  text: z.string().max(MAX_LOGGED).describe('may be cut'),
  at: z.object({ url: Url, line: z.number().int(), column: z.number().int() }).nullable(),
  times: z.number().int().positive().describe('the same again and again is told once'),
};

export const pageRequested = {
  page: PageId,
  method: z.string().max(32),
  url: Url,
  type: z.string().max(32).describe('document, script, image, xhr, fetch …'),
  status: z.number().int().nullable(),
  error: z.string().max(200).nullable().describe('why there was no answer'),
  durationMs: z.number().nonnegative(),
  sizeBytes: z.number().int().nonnegative().nullable().describe('as it came over the wire'),
};

export const pageDialog = {
  page: PageId,
  dialog: PageDialog,
  message: z.string().max(MAX_LOGGED),
  given: z.string().max(MAX_LOGGED).nullable().describe('what a prompt proposes'),
  state: z.enum(['opened', 'accepted', 'dismissed']),
};

export const pageDownload = {
  page: PageId.nullable(),
  url: Url,
  name: z.string().max(300),
  state: z.enum(['started', 'completed', 'canceled']),
  sizeBytes: z.number().int().nonnegative().nullable(),
};

export const pageMissed = {
  page: PageId,
  logged: z.number().int().nonnegative(),
  requested: z.number().int().nonnegative(),
};
