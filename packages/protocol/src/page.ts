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

export const pageFront = { page: PageId };

/** What a page opens over itself, of which its pictures show nothing; who has control chooses in its stead. */
export const PagePopup = z
  .object({
    kind: z.enum(['select', 'date', 'time', 'datetime-local', 'month', 'week', 'color', 'file']),
    x: z.number(),
    y: z.number(),
    width: z.number(),
    height: z.number(),
    multiple: z.boolean(),
    value: z.string().max(1_000),
    options: z
      .array(z.object({ label: z.string().max(MAX_TITLE), value: z.string().max(1_000), disabled: z.boolean() }))
      .max(500),
  })
  .meta({ id: 'PagePopup' });
export type PagePopup = z.infer<typeof PagePopup>;
export const pagePopup = { page: PageId, popup: PagePopup.nullable().describe('null: it is closed') };

/** What a person does to the browser around its pages. Mouse and keyboard go over the screen’s channel. */
export const BrowserAct = z
  .discriminatedUnion('act', [
    z.object({ act: z.literal('open'), url: z.string().min(1).max(8_192) }).describe('in the page that is in front'),
    z.object({ act: z.literal('back') }),
    z.object({ act: z.literal('forward') }),
    z.object({ act: z.literal('reload') }),
    z.object({ act: z.literal('newTab'), url: z.string().min(1).max(8_192).optional() }),
    z.object({ act: z.literal('closeTab'), page: PageId }),
    z.object({ act: z.literal('turnTo'), page: PageId }),
    z.object({ act: z.literal('answer'), page: PageId, accept: z.boolean(), text: z.string().max(10_000).optional() }),
    z
      .object({ act: z.literal('choose'), page: PageId, values: z.array(z.string().max(4_096)).max(500).nullable() })
      .describe('in a popup: values, or paths of files; null closes it'),
  ])
  .meta({ id: 'BrowserAct' });
export type BrowserAct = z.infer<typeof BrowserAct>;
