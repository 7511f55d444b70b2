/** What a browser without a window shows around its pages, at a moment, as its log tells it. Pure. */
import type { LogEvent, PageDialog, PagePopup } from '@sandglass/protocol';

export interface BrowserTab {
  readonly page: string;
  readonly url: string;
  readonly title: string;
}

export interface BrowserShown {
  readonly running: boolean;
  readonly tabs: readonly BrowserTab[];
  readonly front: string | null;
  /** What a page asks; it stands still until it is answered. */
  readonly dialog: { page: string; dialog: PageDialog; message: string; given: string | null } | null;
  readonly popup: { page: string; popup: PagePopup } | null;
}

export const noBrowser: BrowserShown = { running: false, tabs: [], front: null, dialog: null, popup: null };

/** @param untilUs null = now */
export function browserShown(events: readonly LogEvent[], untilUs: number | null): BrowserShown {
  let shown = noBrowser;
  for (const event of events) {
    if (untilUs !== null && event.atUs > untilUs) break;
    shown = after(shown, event);
  }
  return shown;
}

function after(shown: BrowserShown, event: LogEvent): BrowserShown {
  switch (event.kind) {
    case 'browser.opened':
      return { ...noBrowser, running: true };
    case 'browser.closed':
      return noBrowser;
    case 'page.opened':
    case 'page.navigated': {
      const { page, url, title } = event.data;
      const tab = { page, url, title };
      const tabs = shown.tabs.some((known) => known.page === page)
        ? shown.tabs.map((known) => (known.page === page ? tab : known))
        : [...shown.tabs, tab];
      return { ...shown, running: true, tabs };
    }
    case 'page.closed': {
      const { page } = event.data;
      return {
        ...shown,
        tabs: shown.tabs.filter((tab) => tab.page !== page),
        dialog: shown.dialog?.page === page ? null : shown.dialog,
        popup: shown.popup?.page === page ? null : shown.popup,
      };
    }
    case 'page.front':
      return { ...shown, running: true, front: event.data.page };
    case 'page.dialog': {
      const { state, ...dialog } = event.data;
      if (state === 'opened') return { ...shown, dialog };
      return shown.dialog?.page === dialog.page ? { ...shown, dialog: null } : shown;
    }
    case 'page.popup': {
      const { page, popup } = event.data;
      return { ...shown, popup: popup === null ? null : { page, popup } };
    }
    default:
      return shown;
  }
}
