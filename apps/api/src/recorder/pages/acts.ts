/** What a person does to a browser around its pages; what they do in them goes over the screen. Each is a call: recorded, and at the gate. */
import { AppError, type BrowserAct, type SandboxId } from '@sandglass/protocol';
import type { Caller, CallService } from '../../services.ts';
import type { BrowserInput } from '../screen/browserInput.ts';
import type { Watched } from './browserWatch.ts';

export interface BrowserService {
  act(caller: Caller, sandbox: SandboxId, act: BrowserAct): Promise<void>;
  /** Whoever drives the browser works in this page now: who looks on sees it. */
  follow(sandbox: SandboxId, page: string): void;
}

export interface BrowserServiceOptions {
  readonly calls: CallService;
  readonly watched: (sandbox: SandboxId) => Watched | null;
  /** Of a browser without a window: where its popups are. */
  readonly input: (sandbox: SandboxId) => BrowserInput | undefined;
  /** @throws AppError when somebody else decides what is looked at now */
  readonly mayLook: (caller: Caller, sandbox: SandboxId) => void;
  /** Starts one that does not run; resolves when it is watched. */
  readonly start: (caller: Caller, sandbox: SandboxId) => Promise<Watched>;
}

type Given = Record<string, unknown>;

type Done = Exclude<BrowserAct, { act: 'turnTo' }>;

const names: Readonly<Record<Done['act'], string>> = {
  open: 'browser.navigate',
  back: 'browser.history',
  forward: 'browser.history',
  reload: 'browser.reload',
  newTab: 'browser.newTab',
  closeTab: 'browser.closeTab',
  answer: 'browser.dialog',
  choose: 'browser.choose',
};

export function createBrowserService(options: BrowserServiceOptions): BrowserService {
  const { calls, watched, input, mayLook, start } = options;
  return {
    follow: (sandbox, page) => watched(sandbox)?.pages.follow(page),
    async act(caller, sandbox, act) {
      if (act.act === 'turnTo') {
        // It changes nothing but what is looked at: the browser itself, and the agent in it, stay where they are.
        mayLook(caller, sandbox);
        const pages = watched(sandbox)?.pages;
        if (pages?.sessionOf(act.page) === undefined) throw pageGone();
        pages.turnTo(act.page);
        return;
      }
      await calls.pass<Given, null>(
        caller,
        sandbox,
        {
          name: names[act.act],
          arguments: withoutName(act),
          summary: () => wordsOf(act),
          outcome: () => ({ summary: 'ok' }),
        },
        async () => {
          const starts = act.act === 'open' || act.act === 'newTab';
          const browser = watched(sandbox) ?? (starts ? await start(caller, sandbox) : null);
          if (browser === null)
            throw new AppError('conflict', 'No browser runs in this sandbox. Open an address to start it.');
          await perform(act, browser, input(sandbox));
          return null;
        },
      );
    },
  };
}

async function perform(act: Done, { cdp, pages }: Watched, input: BrowserInput | undefined): Promise<void> {
  const front = () => {
    if (pages.front) return pages.front;
    throw new AppError('conflict', 'The browser has no page open. Open a new tab.');
  };
  const session = (page: string) => {
    const found = pages.sessionOf(page);
    if (found !== undefined) return found;
    throw pageGone();
  };
  // Empty first: one that is made with an address asks for it before anybody can hear it.
  const newTab = async () => {
    const { targetId } = await cdp.send('Target.createTarget', { url: 'about:blank' });
    return session(String(targetId));
  };
  const go = async (at: string, url: string) => {
    const { errorText } = await cdp.send('Page.navigate', { url: addressOf(url) }, at);
    if (typeof errorText === 'string' && errorText !== '')
      throw new AppError('unprocessable', `The page could not be opened: ${errorText.slice(0, 200)}.`);
  };
  switch (act.act) {
    case 'open': {
      await go(pages.front?.session ?? (await newTab()), act.url);
      return;
    }
    case 'back':
    case 'forward': {
      const at = front().session;
      const history = await cdp.send('Page.getNavigationHistory', {}, at);
      const entries = history['entries'] as { id: number }[];
      const entry = entries[Number(history['currentIndex']) + (act.act === 'back' ? -1 : 1)];
      if (!entry)
        throw new AppError('conflict', act.act === 'back' ? 'There is no page before.' : 'This is the last page.');
      await cdp.send('Page.navigateToHistoryEntry', { entryId: entry.id }, at);
      return;
    }
    case 'reload':
      await cdp.send('Page.reload', {}, front().session);
      return;
    case 'newTab':
      if (act.url === undefined) await newTab();
      else await go(await newTab(), act.url);
      return;
    case 'closeTab':
      session(act.page);
      if (pages.pages.length === 1)
        throw new AppError('conflict', 'This is the last tab; the browser would end with it.');
      await cdp.send('Target.closeTarget', { targetId: act.page });
      return;
    case 'answer': {
      const { page, accept, text } = act;
      const answer = { accept, ...(text === undefined ? {} : { promptText: text }) };
      await cdp.send('Page.handleJavaScriptDialog', answer, session(page)).catch((error) => {
        throw new AppError('conflict', 'The page asks nothing any more: it was answered meanwhile.', { cause: error });
      });
      return;
    }
    case 'choose':
      if (!(await input?.choose(act.values)))
        throw new AppError('conflict', 'Nothing is open to choose from any more.');
  }
}

const pageGone = () => new AppError('gone', 'This page is not open any more.');

/** As people write it. */
function addressOf(url: string): string {
  if (/^[a-z][a-z0-9+.-]*:/i.test(url) && !/^localhost:/i.test(url) && !/^[\w.-]+:\d+(\/|$)/.test(url)) return url;
  return `http://${url}`;
}

function wordsOf(act: Done): string {
  switch (act.act) {
    case 'open':
      return act.url;
    case 'newTab':
      return act.url ?? '';
    case 'answer':
      return act.accept ? 'accept' : 'dismiss';
    case 'choose':
      return act.values === null ? 'nothing' : act.values.join(', ');
    case 'back':
    case 'forward':
      return act.act;
    default:
      return '';
  }
}

const withoutName = ({ act: _name, ...given }: Done): Given => given;
