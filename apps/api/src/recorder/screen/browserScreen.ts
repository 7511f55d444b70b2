/**
 * The screen of a browser that has no window: the page in front as Chromium casts it, one JPEG a change, kept in the same track as a
 * desktop's and sent to viewers by the same links.
 *
 * Frames are acknowledged late, so that at most ten come a second. When they stop, one picture is taken of what there is: the last
 * frames of a burst may be left out by Chromium.
 */
import { AppError, encodeScreenMessage, recordKind, type ScreenRecord, screenMessage } from '@sandglass/protocol';
import type { ScreenHandle, ScreenViewer } from '../../services.ts';
import type { SandboxLog } from '../log.ts';
import type { Watched } from '../pages/browserWatch.ts';
import { BrowserInput } from './browserInput.ts';
import { findJpegSize } from './jpeg.ts';
import { LiveSet } from './liveSet.ts';
import { ScreenTrack } from './screenTrack.ts';
import { ViewerLink } from './viewerLink.ts';

export interface BrowserScreenOptions {
  readonly nowMs: () => number;
  readonly onError: (error: unknown) => void;
}

/** Measured: some three frames are on their way at once, so this makes about nine a second. */
const ACK_MS = 300;
const SETTLE_MS = 400;
const QUALITY = 60;
/** A page that stands still is not the one that was turned to. */
const SEEN_MS = 700;
const MAX_WIDTH = 7_680;
const MAX_HEIGHT = 4_320;

export class BrowserScreen {
  readonly #log: SandboxLog;
  readonly #options: BrowserScreenOptions;
  readonly #track: ScreenTrack;
  readonly #links = new Map<ViewerLink, ScreenViewer>();
  readonly #stopCapture: () => void;
  readonly #timers = new Set<NodeJS.Timeout>();
  #watched: Watched | null = null;
  #cast: { readonly page: string; readonly session: string } | null = null;
  /** Whether the browser itself has it before the others; `kept`: it was told that it has, since only then it is drawn. */
  #standing: 'unknown' | 'before' | 'kept' = 'unknown';
  #stops: (() => void)[] = [];
  #input: BrowserInput | null = null;
  #live: LiveSet | undefined;
  #settle: NodeJS.Timeout | undefined;
  #lastFrame: unknown;
  #lastTaken: unknown;
  #ended = false;

  constructor(log: SandboxLog, options: BrowserScreenOptions) {
    this.#log = log;
    this.#options = options;
    this.#track = new ScreenTrack(log, options.onError);
    let { phase } = log.capture;
    this.#stopCapture = log.onCapture(() => {
      const before = phase;
      phase = log.capture.phase;
      if (phase === 'on' && before !== 'on') this.#goOn();
    });
  }

  /** Where a person's hand goes; none while there is no page. */
  get input(): BrowserInput | undefined {
    return this.#input ?? undefined;
  }

  get live(): LiveSet | undefined {
    return this.#isRecorded ? this.#live : undefined;
  }

  flush(): void {
    if (this.#isRecorded) this.#track.flush();
  }

  /** Its browser is there, or gone: then the last picture stays. */
  show(watched: Watched | null): void {
    this.#leave();
    if (this.#watched) this.#watched.pages.onFront = () => {};
    this.#watched = watched;
    if (watched === null || this.#ended) return;
    this.#stops = [
      watched.cdp.on('Page.screencastFrame', (params, session) => this.#frame(params, session)),
      watched.cdp.on('Page.fileChooserOpened', (params, session) => {
        if (session !== undefined) this.#input?.filesAsked(params, session);
      }),
      watched.cdp.on('Page.screencastVisibilityChanged', ({ visible }, session) => {
        if (session === this.#cast?.session) void this.#turned(visible === true);
      }),
    ];
    watched.pages.onFront = () => this.#follow();
    this.#follow();
  }

  watch(viewer: ScreenViewer): ScreenHandle {
    const link = new ViewerLink(viewer, this.#options.nowMs);
    this.#links.set(link, viewer);
    if (this.#live && this.maySee(viewer.token)) link.replace(this.#live);
    return {
      ack: (seq) => this.#links.has(link) && link.ack(seq, this.maySee(viewer.token) ? this.#live : undefined),
      close: () => void this.#links.delete(link),
    };
  }

  /** The page in front now. @throws AppError when there is none, or it does not answer */
  async png(): Promise<Uint8Array> {
    const cast = this.#cast;
    if (cast === null || this.#watched === null)
      throw new AppError('unavailable', 'No browser runs in this sandbox now. Open a page first.');
    const { data } = await this.#watched.cdp.send('Page.captureScreenshot', { format: 'png' }, cast.session, 5_000);
    return Buffer.from(String(data), 'base64');
  }

  /** A picture of what is there, soon: something may have come up that no frame shows. */
  refresh(): void {
    this.#settleSoon();
  }

  maySee(token: string | undefined): boolean {
    const { capture } = this.#log;
    return capture.phase !== 'private' || (capture.by !== null && capture.by === token);
  }

  close(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.show(null);
    this.#stopCapture();
    if (this.#isRecorded) this.#track.close();
    for (const link of this.#links.keys()) link.end(reason);
    this.#links.clear();
  }

  #leave(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    clearTimeout(this.#settle);
    this.#settle = undefined;
    this.#input?.close();
    this.#input = null;
    this.#cast = null;
    this.#standing = 'unknown';
  }

  #follow(): void {
    const front = this.#watched?.pages.front ?? null;
    const before = this.#cast;
    if (this.#watched === null || front?.session === before?.session) return;
    const { cdp } = this.#watched;
    this.#input?.close();
    this.#input = null;
    this.#cast = front;
    this.#lastFrame = this.#lastTaken = undefined;
    if (before) this.#stopCast(before.session);
    if (front === null) return;
    this.#note({ page: front.page });
    this.#input = new BrowserInput({
      ...{ cdp, page: front.page, session: front.session, log: this.#log, nowMs: this.#options.nowMs },
      frameOf: (frame) => this.#watched?.pages.frameOf(frame),
      refresh: () => this.refresh(),
    });
    const options = { format: 'jpeg', quality: QUALITY, maxWidth: MAX_WIDTH, maxHeight: MAX_HEIGHT, everyNthFrame: 1 };
    this.#send('Page.startScreencast', options, front.session);
    this.refresh();
  }

  #stopCast(session: string): void {
    this.#send('Page.stopScreencast', {}, session);
    if (this.#standing === 'kept') this.#send('Emulation.setFocusEmulationEnabled', { enabled: false }, session);
    this.#standing = 'unknown';
  }

  /**
   * Another tab may have come before this one: then an agent that came by no door of ours turned to it, and it is followed. Else the
   * page is one behind others, and is drawn there: nothing is brought forward, so that no agent loses its place.
   */
  async #turned(visible: boolean): Promise<void> {
    const cast = this.#cast;
    const watched = this.#watched;
    if (cast === null || watched === null || this.#standing === 'kept') return;
    if (visible) {
      this.#standing = 'before';
      return;
    }
    if (this.#standing === 'before') {
      const others = watched.pages.pages.filter((page) => page !== cast.page);
      const seen = await Promise.all(others.map((page) => this.#isSeen(watched, page)));
      const now = others.find((_, at) => seen[at]);
      if (now !== undefined) watched.pages.follow(now);
    }
    if (this.#cast !== cast || this.#ended) return;
    this.#standing = 'kept';
    this.#send('Emulation.setFocusEmulationEnabled', { enabled: true }, cast.session);
  }

  async #isSeen({ cdp, pages }: Watched, page: string): Promise<boolean> {
    const session = pages.sessionOf(page);
    if (session === undefined) return false;
    const asked = { expression: "document.visibilityState === 'visible'", returnByValue: true };
    const said = await cdp
      .send('Runtime.evaluate', asked, session, SEEN_MS)
      .catch(() => ({}) as Record<string, unknown>);
    return (said['result'] as { value?: unknown } | undefined)?.value === true;
  }

  #frame(params: Record<string, unknown>, session: string | undefined): void {
    const frame = params['sessionId'];
    const ack = () => session !== undefined && this.#send('Page.screencastFrameAck', { sessionId: frame }, session);
    if (session !== this.#cast?.session) {
      ack();
      return;
    }
    this.#later(ack, ACK_MS);
    const { data } = params;
    // Taking a picture makes Chromium cast what it has cast already.
    if (data === this.#lastFrame) return;
    this.#lastFrame = data;
    this.#draw(data);
    this.#settleSoon();
  }

  #draw(data: unknown): void {
    if (typeof data !== 'string') return;
    const payload = Buffer.from(data, 'base64');
    const size = findJpegSize(payload);
    if (!size || size.width === 0 || size.height === 0 || size.width > MAX_WIDTH || size.height > MAX_HEIGHT) return;
    const { width, height } = size;
    const record: ScreenRecord = { x: 0, y: 0, width, height, kind: recordKind.jpeg, flags: 0, payload };
    const position = this.#log.takePosition();
    const before = this.#live;
    if (before === undefined || before.width !== width || before.height !== height) {
      const live = new LiveSet(width, height);
      live.add(record, position.seq, position.atUs);
      this.#live = live;
      this.#note(before === undefined ? { opened: size } : { resized: size });
      if (this.#isRecorded) this.#track.replace(live);
      for (const link of this.#seeing()) link.replace(live);
      return;
    }
    before.add(record, position.seq, position.atUs);
    const update = { type: screenMessage.update, ...position, width, height, records: [record] } as const;
    const encoded = encodeScreenMessage(update);
    for (const link of this.#seeing()) link.offer(before, encoded, position);
    if (this.#isRecorded) this.#track.changed();
  }

  #settleSoon(): void {
    clearTimeout(this.#settle);
    this.#settle = setTimeout(() => void this.#take(), SETTLE_MS);
    this.#settle.unref();
  }

  async #take(): Promise<void> {
    const cast = this.#cast;
    if (cast === null || this.#watched === null) return;
    try {
      const how = { format: 'jpeg', quality: QUALITY, optimizeForSpeed: true };
      const { data } = await this.#watched.cdp.send('Page.captureScreenshot', how, cast.session, 5_000);
      if (this.#cast !== cast) return;
      if (data === this.#lastTaken) return;
      this.#lastTaken = data;
      this.#draw(data);
    } catch {
      // It is busy, asks something, or is gone; the next frame leads here again.
    }
  }

  get #isRecorded(): boolean {
    return this.#log.capture.phase === 'on';
  }

  #seeing(): ViewerLink[] {
    return [...this.#links].flatMap(([link, viewer]) => (this.maySee(viewer.token) ? [link] : []));
  }

  #goOn(): void {
    if (this.#cast) this.#note({ page: this.#cast.page });
    const live = this.#live;
    if (!live) return;
    this.#track.restart(live);
    for (const link of this.#links.keys()) link.replace(live);
  }

  #later(work: () => void, afterMs: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, afterMs);
    timer.unref();
    this.#timers.add(timer);
  }

  #send(method: string, params: Record<string, unknown>, session: string): void {
    this.#watched?.cdp.send(method, params, session).catch(() => {});
  }

  #note(what: { page: string } | { opened: Size } | { resized: Size }): void {
    try {
      if ('page' in what) this.#log.append({ kind: 'page.front', actor: 'system', data: what });
      else if ('opened' in what) this.#log.append({ kind: 'screen.opened', actor: 'system', data: what.opened });
      else this.#log.append({ kind: 'screen.resized', actor: 'system', data: what.resized });
    } catch (error) {
      this.#options.onError(error);
    }
  }
}

interface Size {
  readonly width: number;
  readonly height: number;
}
