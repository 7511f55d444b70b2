import type { LogEvent, TimelinePage } from '@sandglass/protocol';
import {
  advance,
  decodeTimelineRows,
  fitAll,
  followNow,
  isLive,
  panBy,
  reveal,
  showRange,
  spanOf,
  TimelineStore,
  type TimelineWindow,
  timelineRowOf,
  zoomAround,
} from '@sandglass/replay';
import { Model } from '../../platform/store.ts';
import { changeLane, type MarkRef, type Picked, stepFrom } from './pick.ts';

export interface Range {
  readonly fromUs: number;
  readonly toUs: number;
}

export interface Pointed {
  readonly atUs: number;
  readonly picked: Picked | null;
}

export interface TimelineState {
  readonly history: 'loading' | 'ready' | 'failed';
  readonly error: unknown;
  readonly window: TimelineWindow;
  /** Rows taken in so far: another number, another picture. */
  readonly rows: number;
  /** The server is away since then; null while it is there. */
  readonly lostAtUs: number | null;
  /** By keyboard or touch: stays until it is taken back. */
  readonly focus: MarkRef | null;
  /** Under the mouse. */
  readonly pointed: Pointed | null;
  readonly selection: Range | null;
  /** The next drag selects instead of panning. */
  readonly selecting: boolean;
}

/** What is looked at first of a long recording; a short one is shown whole. */
const FIRST_SPAN_US = 15 * 60_000_000;

/** Timeline of one sandbox: its marks, its clock, and what of them is looked at. Drawn by others. */
export class TimelineModel extends Model<TimelineState> {
  readonly store = new TimelineStore();
  readonly #clockMs: () => number;
  /** Of `clockMs` when the sandbox's clock was 0. */
  #zeroMs: number;
  #touched = false;

  /** @param clockMs monotonic; @param ageUs of the sandbox, as far as this page knows */
  constructor(clockMs: () => number, ageUs: number) {
    super({
      history: 'loading',
      error: null,
      window: fitAll(ageUs),
      rows: 0,
      lostAtUs: null,
      focus: null,
      pointed: null,
      selection: null,
      selecting: false,
    });
    this.#clockMs = clockMs;
    this.#zeroMs = clockMs() - ageUs / 1_000;
    this.#frame();
  }

  /** The sandbox's clock; stands still at its end. */
  nowUs(): number {
    return this.store.end?.atUs ?? Math.max(this.store.lastUs, (this.#clockMs() - this.#zeroMs) * 1_000);
  }

  get ended(): boolean {
    return this.store.end !== null;
  }

  /** The window as it is now: while live it moves without anybody being told. */
  currentWindow(): TimelineWindow {
    return advance(this.state.window, this.nowUs());
  }

  /** Up to here the picture is complete. */
  knownUs(): number {
    const { history, lostAtUs } = this.state;
    return history === 'ready' ? (lostAtUs ?? this.nowUs()) : this.store.lastUs;
  }

  handlePage(page: TimelinePage): void {
    for (const row of decodeTimelineRows(page.columns)) this.store.append(row);
    this.store.passTo(page.throughSeq);
    this.#zeroMs = this.#clockMs() - page.nowUs / 1_000;
    if (page.beginsUs !== undefined) this.store.beginAt(page.beginsUs);
    const window = this.#touched ? this.state.window : this.#firstWindow();
    this.set({
      ...this.state,
      history: page.next === null ? 'ready' : 'loading',
      error: null,
      rows: this.store.rows,
      window,
    });
  }

  handleHistoryFailed(error: unknown): void {
    this.set({ ...this.state, history: 'failed', error });
  }

  startOver(): void {
    this.set({ ...this.state, history: 'loading', error: null });
  }

  /** Newest events, some perhaps known already. False when some before them are missing: ask for the history after `lastSeq`. */
  handleTail(events: readonly LogEvent[], earlier: boolean): boolean {
    if (this.state.history !== 'ready') return true;
    const first = events[0];
    if (first === undefined) return true;
    if (earlier && first.seq > this.store.lastSeq + 1) return false;
    const before = this.store.rows;
    let from = events.length;
    while (from > 0 && events[from - 1]!.seq > this.store.lastSeq) from--;
    for (const event of events.slice(from)) {
      const row = timelineRowOf(event);
      if (row !== undefined) this.store.append(row);
      else this.store.passTo(event.seq);
    }
    // A clock that fell behind (the computer slept) is put right by the first event.
    const lateUs = this.store.lastUs - (this.#clockMs() - this.#zeroMs) * 1_000;
    if (lateUs > 0) this.#zeroMs -= lateUs / 1_000;
    if (this.store.rows !== before) this.set({ ...this.state, rows: this.store.rows });
    return true;
  }

  setLost(lost: boolean): void {
    const lostAtUs = lost ? (this.state.lostAtUs ?? this.nowUs()) : null;
    if (lostAtUs !== this.state.lostAtUs) this.set({ ...this.state, lostAtUs });
  }

  zoom(factor: number, aroundUs: number): void {
    this.#look(zoomAround(this.currentWindow(), { factor, aroundUs, nowUs: this.nowUs() }));
  }

  pan(deltaUs: number): void {
    this.#look(panBy(this.currentWindow(), deltaUs, this.nowUs()));
  }

  panByShare(share: number): void {
    this.pan(share * spanOf(this.currentWindow()));
  }

  fit(): void {
    this.#look(fitAll(this.nowUs()));
  }

  /** Back to now, at the span there is. An ended sandbox has no now: its end is shown. */
  follow(): void {
    const window = this.currentWindow();
    this.#look(window.mode === 'fit' ? window : followNow(this.nowUs(), spanOf(window)));
  }

  showStart(): void {
    const window = this.currentWindow();
    this.#look(panBy(window, -window.fromUs, this.nowUs()));
  }

  showRange({ fromUs, toUs }: Range): void {
    this.#look(showRange(fromUs, toUs, this.nowUs()));
  }

  /** Brings a moment into view, if it is not. */
  reveal(atUs: number): void {
    const window = reveal(this.currentWindow(), atUs, this.nowUs());
    if (window !== this.state.window) this.set({ ...this.state, window });
  }

  point(pointed: Pointed | null): void {
    if (pointed !== this.state.pointed) this.set({ ...this.state, pointed });
  }

  /** Puts the focus on a mark and brings it into view. */
  focus(focus: MarkRef | null): void {
    this.#touched = true;
    const atUs = focus === null ? 0 : this.store.lanes[focus.lane].startUs.values[focus.index]!;
    const window = focus === null ? this.state.window : reveal(this.currentWindow(), atUs, this.nowUs());
    this.set({ ...this.state, focus, window, pointed: null });
  }

  /** To the next or previous call. False at the end of them. */
  step(direction: 1 | -1): boolean {
    const ref = this.state.focus;
    const window = this.currentWindow();
    // Without a focus it begins where one looks: at the newest when live, else in the middle.
    const atUs = isLive(window) ? this.nowUs() + 1 : (window.fromUs + window.toUs) / 2;
    const next = stepFrom(this.store, { ref, atUs, direction });
    if (next !== null) this.focus(next);
    return next !== null;
  }

  stepLane(direction: 1 | -1): boolean {
    const { focus } = this.state;
    if (focus === null) return this.step(-1);
    const atUs = this.store.lanes[focus.lane].startUs.values[focus.index]!;
    const next = changeLane(this.store, { lane: focus.lane, atUs, direction });
    if (next !== null) this.focus(next);
    return next !== null;
  }

  select(range: Range | null): void {
    const selection =
      range === null
        ? null
        : {
            fromUs: Math.max(0, Math.min(range.fromUs, range.toUs)),
            toUs: Math.min(this.nowUs(), Math.max(range.fromUs, range.toUs)),
          };
    this.set({ ...this.state, selection, selecting: false, pointed: null });
  }

  startSelecting(selecting: boolean): void {
    this.set({ ...this.state, selecting });
  }

  /** By keyboard: from the focused mark, or the middle, a step of the window to either side. */
  growSelection(share: number): void {
    const window = this.currentWindow();
    const { focus, selection } = this.state;
    const startUs =
      focus === null ? (window.fromUs + window.toUs) / 2 : this.store.lanes[focus.lane].startUs.values[focus.index]!;
    const before = selection ?? { fromUs: startUs, toUs: startUs };
    this.select({ fromUs: before.fromUs, toUs: Math.max(before.fromUs, before.toUs + share * spanOf(window)) });
  }

  /** One thing at a time, the newest first. False when there was nothing. */
  escape(): boolean {
    const { selection, focus, selecting } = this.state;
    if (selecting) this.startSelecting(false);
    else if (selection !== null) this.select(null);
    else if (focus !== null) this.focus(null);
    else return false;
    return true;
  }

  #look(window: TimelineWindow): void {
    this.#touched = true;
    this.set({ ...this.state, window, pointed: null });
  }

  #firstWindow(): TimelineWindow {
    const nowUs = this.nowUs();
    return this.ended || nowUs <= FIRST_SPAN_US * 1.2 ? fitAll(nowUs) : followNow(nowUs, FIRST_SPAN_US);
  }

  #frame(): void {
    this.set({ ...this.state, window: this.#firstWindow() });
  }
}
