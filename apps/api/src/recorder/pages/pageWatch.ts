/** Hears one browser by a session of its own, for as long as the connection lasts, and writes what its pages do into the log. */
import { type NewLogEvent, PageDialog, PageId } from '@sandglass/protocol';
import type { Cdp } from '../../devtools/cdp.ts';
import type { OtherClients } from '../../devtools/otherClients.ts';
import type { SandboxLog } from '../log.ts';
import { cut, shownAddress } from './address.ts';
import { loggedBy, saidBy, thrownBy } from './console.ts';
import { type Dialog, OnePage, type Target } from './onePage.ts';
import { Requests } from './requests.ts';

export interface PageWatchOptions {
  readonly cdp: Cdp;
  readonly log: SandboxLog;
  /** Lines that pages logged before were heard by an earlier one. */
  readonly heardMs: number;
  /** False: a line of this browser was too long to be heard at all, and it would say it again. */
  readonly hearsConsole: boolean;
  readonly others: Pick<OtherClients, 'any' | 'onChange'>;
  readonly nowMs: () => number;
  readonly schedule: (work: () => void, afterMs: number) => () => void;
}

type Fields = Record<string, unknown>;

interface Session {
  readonly page: string;
  readonly target: string;
  /** The page itself, and not a frame or a worker of it. */
  readonly isPage: boolean;
  readonly requests: Requests;
}

/** What was kept back is told after this. */
const FLUSH_MS = 1_000;
const LOOK_MS = 2_000;
/** A client inside of the sandbox, of which the server does not know, has this long to prepare a tab that both hold: the first lets it go. */
const HOLD_MS = 30;
const MOST_PAGES = 500;
const MOST_SESSIONS = 2_000;
const MOST_DOWNLOADS = 100;
/** Beside pages: what belongs to one and logs and asks on its own. */
const watched = new Set(['page', 'iframe', 'worker']);
const ATTACH = { autoAttach: true, flatten: true } as const;
const CONSOLE = '{"method":"Runtime.consoleAPICalled","params":{"type":"';

export class PageWatch {
  readonly #options: PageWatchOptions;
  readonly #pages = new Map<string, OnePage>();
  readonly #sessions = new Map<string, Session>();
  readonly #downloads = new Map<string, { page: string | null; url: string; name: string }>();
  /** Sessions whose lines the browser holds on to until it is told not to. */
  readonly #logging = new Set<string>();
  readonly #stops: (() => void)[] = [];
  /** Sessions of tabs that wait until they are heard, with what forgets that they do. */
  readonly #held = new Map<string, () => void>();
  #starts = true;
  #stopFlush: (() => void) | null = null;
  #stopLook: (() => void) | null = null;
  #told: { version: string; headless: boolean } | null = null;
  #closed = false;
  /** Where whoever drives the browser is at work, and what is looked at: people may look elsewhere meanwhile. */
  #active: string | null = null;
  #front: string | null = null;

  constructor(options: PageWatchOptions) {
    this.#options = options;
  }

  get pages(): readonly string[] {
    return [...this.#pages.keys()];
  }

  /** For tests: what it holds for what is there. */
  get held(): number {
    return this.#pages.size + this.#sessions.size + this.#downloads.size + this.#logging.size + this.#held.size;
  }

  titleOf(page: string): Target | undefined {
    return this.#pages.get(page)?.now;
  }

  /** The session by which a page is heard. */
  sessionOf(page: string): string | undefined {
    for (const [session, known] of this.#sessions) if (known.isPage && known.page === page) return session;
    return undefined;
  }

  /** By its target, which is its frame, too: a part of a page that has a session of its own. */
  frameOf(target: string): string | undefined {
    for (const [session, known] of this.#sessions) if (known.target === target) return session;
    return undefined;
  }

  /** The page that opened or moved last or was worked in, or that somebody turned to since. */
  get front(): { readonly page: string; readonly session: string } | null {
    const session = this.#front === null ? undefined : this.sessionOf(this.#front);
    return this.#front === null || session === undefined ? null : { page: this.#front, session };
  }

  /** It is looked at from now on, until work goes on in another one. */
  turnTo(page: string): void {
    if (!this.#pages.has(page) || this.#front === page) return;
    this.#front = page;
    this.onFront();
  }

  /** Whoever drives the browser works in it now. */
  follow(page: string): void {
    if (!this.#pages.has(page) || this.#active === page) return;
    this.#active = page;
    this.turnTo(page);
  }

  /** Called when it is another one, or can be looked at now. */
  onFront: () => void = () => {};

  dialogOf(page: string): Dialog | null {
    return this.#pages.get(page)?.dialog ?? null;
  }

  /** Resolves when it hears. @throws AppError when this is no browser */
  async start(): Promise<{ version: string; headless: boolean }> {
    const { cdp, log } = this.#options;
    const told = await cdp.send('Browser.getVersion');
    const version = cut(textOf(told['product']), 200);
    const headless = /headless/i.test(`${version} ${textOf(told['userAgent'])}`);
    this.#told = { version, headless };
    this.#append({ kind: 'browser.opened', actor: 'system', data: this.#told });
    this.#listen();
    cdp.skim = (text) => this.#skim(text);
    this.#stops.push(log.onCapture(() => this.#captured()));
    await cdp.send('Target.setDiscoverTargets', { discover: true });
    await this.#attachItself();
    this.#starts = false;
    this.#stops.push(this.#options.others.onChange(() => this.#othersChanged()));
    this.#waitToLook();
    return { version, headless };
  }

  /** The connection has ended, or nobody wants to hear any more: then without a reason. */
  close(reason?: string): void {
    if (this.#closed) return;
    for (const page of this.#pages.values()) page.flush();
    for (const [session, stop] of this.#held) {
      stop();
      this.#goOn(session);
    }
    this.#held.clear();
    this.#closed = true;
    for (const stop of this.#stops) stop();
    this.#stopFlush?.();
    this.#stopLook?.();
    this.#pages.clear();
    this.#sessions.clear();
    this.#logging.clear();
    if (reason !== undefined && this.#told !== null)
      this.#write({ kind: 'browser.closed', actor: 'system', data: { reason: cut(reason, 200) } });
  }

  /**
   * A new tab is held until everything is enabled: what it asks for first would be missed. Not while an agent's client may hold tabs of its
   * own: of a tab that its opener's process shows, Chromium lets the first client that says so go on for all.
   */
  async #attachItself(): Promise<void> {
    const { cdp, others } = this.#options;
    await cdp.send('Target.setAutoAttach', { ...ATTACH, waitForDebuggerOnStart: !others.any });
  }

  /** A tab that a client held when it went would stand for ever. */
  #othersChanged(): void {
    this.#attachItself().catch(() => {});
    if (this.#options.others.any) return;
    for (const [session, { isPage }] of this.#sessions) if (isPage) this.#goOn(session);
  }

  #hold(session: string): void {
    const stop = this.#options.schedule(() => {
      this.#held.delete(session);
      this.#goOn(session);
    }, HOLD_MS);
    this.#held.set(session, stop);
  }

  #goOn(session: string): void {
    this.#send('Runtime.runIfWaitingForDebugger', {}, session);
  }

  #listen(): void {
    const on = (event: string, handle: (params: Fields, session: string) => void) =>
      this.#stops.push(this.#options.cdp.on(event, (params, session) => handle(params, session ?? '')));
    on('Target.targetCreated', ({ targetInfo }) => this.#found(fieldsOf(targetInfo)));
    on('Target.targetInfoChanged', ({ targetInfo }) => this.#found(fieldsOf(targetInfo)));
    on('Target.targetDestroyed', ({ targetId }) => this.#gone(textOf(targetId), false));
    on('Target.targetCrashed', ({ targetId }) => this.#gone(textOf(targetId), true));
    on('Target.attachedToTarget', (params, parent) => this.#attached(params, parent));
    on('Target.detachedFromTarget', ({ sessionId }) => this.#forget(textOf(sessionId)));
    on('Runtime.consoleAPICalled', (params, session) => this.#logged(session, loggedBy(params)));
    on('Runtime.exceptionThrown', (params, session) => this.#logged(session, thrownBy(params)));
    on('Log.entryAdded', (params, session) => this.#logged(session, saidBy(params)));
    for (const event of [
      'requestWillBeSent',
      'responseReceived',
      'loadingFinished',
      'loadingFailed',
      'webSocketCreated',
      'webSocketHandshakeResponseReceived',
      'webSocketFrameError',
      'webSocketClosed',
    ].map((name) => `Network.${name}`))
      on(event, (params, session) => this.#sessions.get(session)?.requests.hear(event, params));
    // A frame that is heard for a while says the same again.
    const onPage = (event: string, handle: (params: Fields, session: string) => void) =>
      on(event, (params, session) => this.#sessions.get(session)?.isPage === false || handle(params, session));
    onPage('Page.javascriptDialogOpening', (params, session) => this.#asks(session, params));
    onPage('Page.javascriptDialogClosed', (params, session) => this.#answered(session, params));
    onPage('Page.downloadWillBegin', (params, session) => this.#downloading(session, params));
    on('Page.downloadProgress', (params) => this.#downloaded(params));
  }

  /** A flood of lines is counted without being read. */
  #skim(text: string): boolean {
    if (!text.startsWith(CONSOLE)) return false;
    const session = /"sessionId":"([\w-]{1,64})"\}$/.exec(text.slice(-90))?.[1] ?? '';
    const page = this.#pageOf(session);
    if (page === undefined) return true;
    const isError = text.startsWith('error"', CONSOLE.length) || text.startsWith('assert"', CONSOLE.length);
    return !page.hasRoomFor(isError ? 'error' : 'other');
  }

  #found({ targetId, type, url, title, openerId }: Fields): void {
    const id = PageId.safeParse(targetId);
    if (!id.success || type !== 'page' || textOf(url).startsWith('devtools:')) return;
    const target = { url: textOf(url), title: textOf(title) };
    const known = this.#pages.get(id.data);
    if (known) {
      if (known.changed(target)) this.follow(id.data);
    } else if (this.#pages.size < MOST_PAGES) {
      const { log, nowMs } = this.#options;
      const opener = PageId.safeParse(openerId).data ?? null;
      const options = {
        page: id.data,
        append: (event: NewLogEvent) => this.#append(event),
        redact: <T>(value: T) => log.redact(value),
        nowMs,
        wait: () => this.#wait(),
      };
      this.#pages.set(id.data, new OnePage(options, { target, opener }));
      this.follow(id.data);
    }
  }

  #gone(id: string, crashed: boolean): void {
    this.#pages.get(id)?.closed(crashed);
    this.#pages.delete(id);
    if (this.#active === id) this.#active = null;
    if (this.#front === id) {
      this.#front = [...this.#pages.keys()].at(-1) ?? null;
      this.onFront();
    }
    for (const [session, { page }] of this.#sessions) if (page === id) this.#forget(session);
  }

  #attached(params: Fields, parent: string): void {
    const session = textOf(params['sessionId']);
    const { targetId, type } = fieldsOf(params['targetInfo']);
    const page = type === 'page' ? textOf(targetId) : this.#sessions.get(parent)?.page;
    if (!watched.has(textOf(type)) || page === undefined || this.#sessions.size >= MOST_SESSIONS) {
      // Chromium would leave it standing.
      this.#goOn(session);
      this.#send('Target.detachFromTarget', { sessionId: session });
      return;
    }
    const requests = new Requests((request) => this.#pages.get(page)?.requested(request));
    this.#sessions.set(session, { page, target: textOf(targetId), isPage: type === 'page', requests });
    if (this.#options.hearsConsole) this.#send('Runtime.enable', {}, session);
    if (type !== 'worker') {
      this.#send('Log.enable', {}, session);
      // It keeps no bodies for us.
      this.#send('Network.enable', { maxTotalBufferSize: 0, maxResourceBufferSize: 0 }, session);
      this.#send('Target.setAutoAttach', { ...ATTACH, waitForDebuggerOnStart: false }, session);
    }
    if (type !== 'page') return;
    this.#send('Page.enable', {}, session);
    if (params['waitingForDebugger'] === true) this.#hold(session);
    // Whoever held it has died, perhaps: a server that was killed then.
    else if (this.#starts) this.#goOn(session);
    this.onFront();
  }

  #forget(session: string): void {
    this.#held.get(session)?.();
    this.#held.delete(session);
    this.#sessions.delete(session);
    this.#logging.delete(session);
  }

  #logged(session: string, line: ReturnType<typeof loggedBy>): void {
    if (line === undefined) return;
    this.#logging.add(session);
    this.#wait();
    // A new session is told what was logged before it.
    if (line.timestampMs !== 0 && line.timestampMs <= this.#options.heardMs) return;
    this.#pageOf(session)?.logged(line);
  }

  #asks(session: string, { type, message, defaultPrompt }: Fields): void {
    const dialog = PageDialog.safeParse(type);
    if (!dialog.success) return;
    const given = dialog.data === 'prompt' ? textOf(defaultPrompt) : null;
    this.#pageOf(session)?.asks({ dialog: dialog.data, message: textOf(message), given });
  }

  #answered(session: string, { result }: Fields): void {
    const state = result === true ? 'accepted' : 'dismissed';
    this.#pageOf(session)?.answered(state);
  }

  #downloading(session: string, { guid, url, suggestedFilename }: Fields): void {
    const page = this.#sessions.get(session)?.page ?? null;
    const { log } = this.#options;
    const download = {
      page,
      url: shownAddress(log.redact(textOf(url))),
      name: cut(log.redact(textOf(suggestedFilename)), 300),
    };
    if (this.#downloads.size >= MOST_DOWNLOADS) return;
    this.#downloads.set(textOf(guid), download);
    this.#append({
      kind: 'page.download',
      actor: 'system',
      data: { ...download, state: 'started', sizeBytes: null },
    });
  }

  #downloaded({ guid, state, receivedBytes }: Fields): void {
    const download = this.#downloads.get(textOf(guid));
    if (download === undefined || (state !== 'completed' && state !== 'canceled')) return;
    this.#downloads.delete(textOf(guid));
    const sizeBytes = typeof receivedBytes === 'number' ? Math.max(0, Math.trunc(receivedBytes)) : null;
    this.#append({ kind: 'page.download', actor: 'system', data: { ...download, state, sizeBytes } });
  }

  /** Recorded again after a while in which it was not: what is there now is told. */
  #captured(): void {
    if (this.#options.log.capture.phase !== 'on' || this.#told === null) return;
    this.#append({ kind: 'browser.opened', actor: 'system', data: this.#told });
    for (const page of this.#pages.values()) page.retell();
  }

  #pageOf(session: string): OnePage | undefined {
    const known = this.#sessions.get(session);
    return known && this.#pages.get(known.page);
  }

  #wait(): void {
    this.#stopFlush ??= this.#options.schedule(() => this.#flush(), FLUSH_MS);
  }

  #flush(): void {
    this.#stopFlush = null;
    for (const page of this.#pages.values()) if (page.flush()) this.#wait();
    for (const session of this.#logging) this.#send('Runtime.releaseObjectGroup', { objectGroup: 'console' }, session);
    this.#logging.clear();
  }

  /** What it answers is of no interest: a tab may be gone, and a frozen one answers later or never. */
  #send(method: string, params: Fields, session?: string): void {
    this.#options.cdp.send(method, params, session).catch(() => {});
  }

  /** Of a title that changes without a navigation the browser says nothing. One question at a time: a frozen one is not asked again. */
  async #lookAtTitles(): Promise<void> {
    try {
      const { targetInfos } = await this.#options.cdp.send('Target.getTargets');
      if (this.#closed || !Array.isArray(targetInfos)) return;
      for (const info of targetInfos.map(fieldsOf)) if (this.#pages.has(textOf(info['targetId']))) this.#found(info);
    } catch {
      // It is asked again.
    }
    this.#waitToLook();
  }

  #waitToLook(): void {
    if (!this.#closed) this.#stopLook = this.#options.schedule(() => void this.#lookAtTitles(), LOOK_MS);
  }

  #append(event: NewLogEvent): void {
    if (!this.#closed) this.#write(event);
  }

  #write(event: NewLogEvent): void {
    try {
      this.#options.log.append(event);
    } catch {
      // The log was closed: what ends it ends this too.
    }
  }
}

const fieldsOf = (value: unknown): Fields => (value !== null && typeof value === 'object' ? (value as Fields) : {});
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
