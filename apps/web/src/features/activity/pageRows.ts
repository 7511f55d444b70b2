/** What the pages of the sandbox's browser did, as rows. Pure. */
import type { LogEvent } from '@sandglass/protocol';
import { base, type Event, type Row } from './row.ts';

type PageEvent = Extract<LogEvent, { kind: `page.${string}` | `browser.${string}` }>;

export const isPageEvent = (event: LogEvent): event is PageEvent =>
  event.kind.startsWith('page.') || event.kind.startsWith('browser.');

/** @param everything also what went well and what pages say beside errors */
export function pageRow(event: PageEvent, everything: boolean): Row | undefined {
  const row = base(event, 'page', 'browser');
  switch (event.kind) {
    case 'browser.opened':
      return {
        ...row,
        title: event.data.headless ? 'browser without a window' : 'browser',
        detail: event.data.version,
      };
    case 'browser.closed':
      return { ...row, title: 'browser ended', detail: '', outcome: everything ? event.data.reason : null };
    case 'page.opened':
      return everything || !isBlank(event.data.url)
        ? { ...row, title: 'page opened', ...named(event.data) }
        : undefined;
    case 'page.navigated':
      if (isBlank(event.data.url) && !everything) return undefined;
      return event.data.moved || everything
        ? { ...row, title: event.data.moved ? 'page' : 'page titled', ...named(event.data) }
        : undefined;
    case 'page.closed':
      if (event.data.crashed) return { ...row, title: 'page crashed', state: 'failed' };
      return everything ? { ...row, title: 'page closed' } : undefined;
    case 'page.logged':
      return loggedRow(row, event, everything);
    case 'page.requested': {
      const { method, url, status, error, durationMs } = event.data;
      const failed = error !== null || (status ?? 0) >= 400;
      if (!failed && !everything) return undefined;
      return {
        ...row,
        kind: 'network',
        title: method.toLowerCase(),
        detail: url,
        outcome: status === null ? error : failed || everything ? String(status) : null,
        state: failed ? 'failed' : 'done',
        durationMs,
      };
    }
    case 'page.dialog': {
      const { dialog, message, state } = event.data;
      return {
        ...row,
        title: state === 'opened' ? `${dialog} asks` : dialog,
        detail: message,
        outcome: answers[state],
      };
    }
    case 'page.download': {
      const { name, url, state } = event.data;
      if (state === 'started' && !everything) return undefined;
      const title = downloads[state];
      return { ...row, title, detail: name || url, state: state === 'canceled' ? 'failed' : 'done' };
    }
    case 'page.missed': {
      const { logged, requested } = event.data;
      const words = [
        logged === 0 ? '' : `${logged.toLocaleString()} more lines`,
        requested === 0 ? '' : `${requested.toLocaleString()} more requests`,
      ];
      return { ...row, title: 'not kept', detail: words.filter(Boolean).join(', '), outcome: 'too many in a second' };
    }
  }
}

const answers = { opened: null, accepted: 'accepted', dismissed: 'dismissed' } as const;
const downloads = { started: 'download', completed: 'downloaded', canceled: 'download broken off' } as const;

function loggedRow(row: Row, { data }: Event<'page.logged'>, everything: boolean): Row | undefined {
  const { level, source, text, at, times } = data;
  if (level !== 'error' && !everything) return undefined;
  const place = at === null || !everything ? null : `${at.url}:${at.line}`;
  const title = source === 'exception' ? 'page threw' : level === 'log' ? 'console' : `console ${level}`;
  return {
    ...row,
    title,
    detail: firstLine(text),
    outcome: place,
    state: level === 'error' ? 'failed' : 'done',
    times,
  };
}

const firstLine = (text: string): string => text.split('\n')[0] ?? '';
const isBlank = (url: string): boolean => url === '' || url === 'about:blank' || url.startsWith('chrome:');
const named = ({ url, title }: { url: string; title: string }) => ({
  detail: url,
  outcome: title === '' || url.endsWith(title) ? null : title,
});

/** The same row again right after it is counted on it. */
export function mergePage(last: Row | undefined, row: Row): Row | undefined {
  const same =
    last?.group === 'browser' &&
    last.title === row.title &&
    last.detail === row.detail &&
    last.outcome === row.outcome &&
    row.wallMs - last.wallMs < 60_000;
  return same ? { ...last, times: last.times + row.times } : undefined;
}
