/** The screen of one sandbox: one RFB connection, one live set, its track in the log, and everybody who looks. */
import type { Duplex } from 'node:stream';
import { encodeScreenMessage, type ScreenRecord, screenMessage } from '@sandglass/protocol';
import type { ScreenHandle, ScreenViewer } from '../../services.ts';
import { PointerTrack } from '../pointerTrack.ts';
import type { ScreenSource } from '../ports.ts';
import { programs } from '../programPointer.ts';
import { LiveSet } from './liveSet.ts';
import { type Pace, RfbClient, type RfbClientEvents } from './rfbClient.ts';
import { ScreenTrack } from './screenTrack.ts';
import { ViewerLink } from './viewerLink.ts';

export interface DesktopScreenOptions {
  readonly nowMs: () => number;
  readonly onError: (error: unknown) => void;
}

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;
/** A picture that did not come whole is asked for again. */
const COMPLETE_TIMEOUT_MS = 1_000;
/** An inexact region is asked for again, exactly, after so much quiet. */
const QUIET_MS = 1_000;
/** While one refresh is on its way the next is not yet due. */
const MIN_REFRESH_MS = 250;
/** A few rectangles are one update for X; many scraps cost more than they save. */
const MAX_REFRESH_AREAS = 32;
/** Above this the picture is fetched anew as a few large records. */
const MAX_LIVE_RECORDS = 4_000;

type Connection =
  | { phase: 'waiting'; timer: NodeJS.Timeout }
  | { phase: 'opening' }
  | { phase: 'open'; client: RfbClient }
  | { phase: 'ended' };

export class DesktopScreen {
  readonly #source: ScreenSource;
  readonly #options: DesktopScreenOptions;
  readonly #track: ScreenTrack;
  /** The hand of programs inside that put the pointer somewhere (xdotool). Those that move it as a device does are told of by the guest. */
  readonly #programs: PointerTrack;
  readonly #links = new Map<ViewerLink, ScreenViewer>();
  readonly #stopCapture: () => void;
  #connection: Connection = { phase: 'opening' };
  /** Tells late answers of an old connection from the present one's. */
  #attempt = 0;
  #retryMs = FIRST_RETRY_MS;
  #live: LiveSet | undefined;
  /** A picture being built: it is shown when it is complete. */
  #next: LiveSet | undefined;
  #completeTimer: NodeJS.Timeout | undefined;
  #quietTimer: NodeJS.Timeout | undefined;
  #isThinning = false;

  constructor(source: ScreenSource, options: DesktopScreenOptions) {
    this.#source = source;
    this.#options = options;
    this.#track = new ScreenTrack(source.log, options.onError);
    this.#programs = new PointerTrack({ log: source.log, hand: programs });
    let { phase } = source.log.capture;
    this.#stopCapture = source.log.onCapture(() => {
      const before = phase;
      phase = source.log.capture.phase;
      if (phase === 'on' && before !== 'on') this.#goOn();
    });
    this.#connect();
  }

  /** The connection, when there is one: for input. */
  get client(): RfbClient | undefined {
    return this.#connection.phase === 'open' && this.#connection.client.isOpen ? this.#connection.client : undefined;
  }

  /** What is shown and may be kept: nothing of a private moment. */
  get live(): LiveSet | undefined {
    return this.#isRecorded ? this.#live : undefined;
  }

  /** Writes what the log does not have yet. */
  flush(): void {
    if (this.#isRecorded) this.#track.flush();
  }

  watch(viewer: ScreenViewer): ScreenHandle {
    const link = new ViewerLink(viewer, this.#options.nowMs);
    this.#links.set(link, viewer);
    this.#setPace();
    if (this.#live && this.maySee(viewer.token)) link.replace(this.#live);
    return {
      ack: (seq) => this.#links.has(link) && link.ack(seq, this.maySee(viewer.token) ? this.#live : undefined),
      close: () => {
        if (this.#links.delete(link)) this.#setPace();
      },
    };
  }

  /** X is a new one (restore): the old connection is dropped at once. */
  reopen(): void {
    if (this.#connection.phase === 'ended') return;
    this.#dropConnection();
    this.#retryMs = FIRST_RETRY_MS;
    this.#connect();
  }

  openRaw(): Promise<Duplex> {
    return this.#source.open();
  }

  /** Ends every viewer with the reason. */
  close(reason: string): void {
    if (this.#connection.phase === 'ended') return;
    this.#dropConnection();
    this.#connection = { phase: 'ended' };
    this.#stopCapture();
    this.#programs.close();
    if (this.#isRecorded) this.#track.close();
    for (const link of this.#links.keys()) link.end(reason);
    this.#links.clear();
  }

  get #pace(): Pace {
    return this.#links.size > 0 ? 'live' : 'recorded';
  }

  #setPace(): void {
    if (this.#connection.phase === 'open') this.#connection.client.setPace(this.#pace);
  }

  #connect(): void {
    const attempt = ++this.#attempt;
    this.#connection = { phase: 'opening' };
    this.#source.open().then(
      (stream) => {
        if (attempt === this.#attempt) this.#attach(stream, attempt);
        else stream.destroy();
      },
      () => attempt === this.#attempt && this.#retry(),
    );
  }

  #attach(stream: Duplex, attempt: number): void {
    const mine =
      <A extends unknown[]>(handle: (...values: A) => void) =>
      (...values: A) => {
        if (attempt === this.#attempt) handle(...values);
      };
    const events: RfbClientEvents = {
      ready: mine((width, height) => {
        this.#retryMs = FIRST_RETRY_MS;
        this.#startPicture(width, height);
      }),
      resized: mine((width, height) => this.#startPicture(width, height)),
      update: mine((records) => this.#handleUpdate(records)),
      pointerPut: mine((x, y) => this.#programs.move(x, y, 0)),
      clipboard: mine((text) => {
        const shown = this.#source.log.redact(text);
        for (const link of this.#seeing()) link.clipboard(shown);
      }),
      ended: mine(() => this.#retry()),
    };
    const client = new RfbClient(stream, events, this.#pace);
    this.#connection = { phase: 'open', client };
  }

  #retry(): void {
    this.#dropConnection();
    const timer = setTimeout(() => this.#connect(), this.#retryMs);
    timer.unref();
    this.#connection = { phase: 'waiting', timer };
    this.#retryMs = Math.min(LAST_RETRY_MS, this.#retryMs * 2);
  }

  #dropConnection(): void {
    this.#attempt++;
    clearTimeout(this.#completeTimer);
    clearTimeout(this.#quietTimer);
    this.#quietTimer = undefined;
    this.#next = undefined;
    if (this.#connection.phase === 'open') this.#connection.client.close();
    if (this.#connection.phase === 'waiting') clearTimeout(this.#connection.timer);
  }

  #startPicture(width: number, height: number): void {
    const next = new LiveSet(width, height);
    if (this.#live) next.takeCursorOf(this.#live);
    this.#next = next;
    clearTimeout(this.#completeTimer);
    this.#completeTimer = setTimeout(() => this.#completePicture(), COMPLETE_TIMEOUT_MS);
    this.#completeTimer.unref();
  }

  /** X leaves out nothing of a full update, so this is for a strange one: ask once more, then show what there is. */
  #completePicture(): void {
    this.client?.requestAll();
    this.#completeTimer = setTimeout(() => this.#next && this.#showPicture(this.#next), COMPLETE_TIMEOUT_MS);
    this.#completeTimer.unref();
  }

  #handleUpdate(given: readonly ScreenRecord[]): void {
    const live = this.#next ?? this.#live;
    if (!live) return;
    const records = given.filter((record) => !live.isPresentCursor(record));
    if (records.length === 0) return;
    const position = this.#source.log.takePosition();
    for (const record of records) live.add(record, position.seq, position.atUs);
    if (this.#next) {
      if (live.isComplete) this.#showPicture(live);
      return;
    }
    const encoded = encodeScreenMessage({
      type: screenMessage.update,
      ...position,
      width: live.width,
      height: live.height,
      records,
    });
    for (const link of this.#seeing()) link.offer(live, encoded, position);
    if (this.#isRecorded) this.#track.changed();
    this.#scheduleRefresh();
    this.#thin(live);
  }

  #showPicture(live: LiveSet): void {
    clearTimeout(this.#completeTimer);
    const before = this.#live;
    this.#next = undefined;
    this.#live = live;
    const size = { width: live.width, height: live.height };
    if (!before) this.#note('screen.opened', size);
    else if (before.width !== live.width || before.height !== live.height) this.#note('screen.resized', size);
    if (this.#isRecorded) this.#track.replace(live);
    for (const link of this.#seeing()) link.replace(live);
    this.#scheduleRefresh();
  }

  get #isRecorded(): boolean {
    return this.#source.log.capture.phase === 'on';
  }

  maySee(token: string | undefined): boolean {
    const { capture } = this.#source.log;
    return capture.phase !== 'private' || (capture.by !== null && capture.by === token);
  }

  #seeing(): ViewerLink[] {
    return [...this.#links].flatMap(([link, viewer]) => (this.maySee(viewer.token) ? [link] : []));
  }

  /** It is recorded again, and everybody sees it again: from what it shows now. */
  #goOn(): void {
    const live = this.#live;
    if (!live) return;
    this.#track.restart(live);
    for (const link of this.#links.keys()) link.replace(live);
  }

  #note(kind: 'screen.opened' | 'screen.resized', data: { width: number; height: number }): void {
    try {
      this.#source.log.append({ kind, actor: 'system', data });
    } catch (error) {
      this.#options.onError(error);
    }
  }

  #scheduleRefresh(): void {
    const oldestUs = this.#quietTimer ? undefined : this.#live?.oldestLossyUs;
    if (oldestUs === undefined) return;
    const quietMs = (this.#source.log.now() - oldestUs) / 1000;
    this.#quietTimer = setTimeout(() => this.#refresh(), Math.max(MIN_REFRESH_MS, QUIET_MS - quietMs));
    this.#quietTimer.unref();
  }

  #refresh(): void {
    this.#quietTimer = undefined;
    const live = this.#live;
    if (!live || this.#next) return;
    const inexact = live.lossy(this.#source.log.now() - QUIET_MS * 1000 + 1);
    this.client?.refresh(inexact.slice(0, MAX_REFRESH_AREAS).map(({ record }) => record));
    this.#scheduleRefresh();
  }

  /** Many scraps in the live set make it slow to draw: a full picture replaces them by few records. */
  #thin(live: LiveSet): void {
    if (live.size < MAX_LIVE_RECORDS) this.#isThinning = false;
    else if (!this.#isThinning) {
      this.#isThinning = true;
      this.client?.requestAll();
    }
  }
}
