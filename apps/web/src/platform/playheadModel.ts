import {
  live,
  movePlayhead,
  type PlayEnd,
  type Playhead,
  type PlayheadEvent,
  Recording,
  type RecordingSource,
  type Speed,
} from '@sandglass/replay';
import { Model } from './model.ts';

export interface PlayheadState {
  readonly head: Playhead;
  readonly speed: Speed;
  readonly skipIdle: boolean;
}

export interface PlayheadOptions {
  readonly source: RecordingSource;
  /** Until when it is recorded now, and whether it goes on. */
  readonly end: () => PlayEnd;
  /** Calls back once before the next picture of the page, with a time of its own in ms. @returns cancel */
  readonly nextFrame: (callback: (nowMs: number) => void) => () => void;
}

/** The one moment that every pane of a console shows, and the recording they read it from. */
export class PlayheadModel extends Model<PlayheadState> {
  readonly #options: PlayheadOptions;
  #recording: Promise<Recording> | undefined;
  #refreshing: Promise<void> | undefined;
  /** What has ended, ends with its log; until that is read, by the wall's clock. */
  #ended: PlayEnd | undefined;
  #cancel: (() => void) | undefined;
  #lastMs: number | undefined;
  #nextActivity: (atUs: number) => number | undefined = () => undefined;

  constructor(options: PlayheadOptions) {
    super({
      head: options.end().growing ? live : { phase: 'past', atUs: options.end().nowUs },
      speed: 1,
      skipIdle: true,
    });
    this.#options = options;
  }

  get end(): PlayEnd {
    return this.#ended ?? this.#options.end();
  }

  /** Who knows what happens when tells it: when the next thing begins after a moment. */
  set nextActivity(next: (atUs: number) => number | undefined) {
    this.#nextActivity = next;
  }

  seek(atUs: number): void {
    this.#move({ kind: 'seek', atUs });
  }

  play(): void {
    this.#move({ kind: 'play', speed: this.state.speed });
  }

  pause(): void {
    this.#move({ kind: 'pause' });
  }

  toggle(): void {
    if (this.state.head.phase === 'playing') this.pause();
    else this.play();
  }

  goLive(): void {
    this.#move({ kind: 'live' });
  }

  setSpeed(speed: Speed): void {
    this.set({ ...this.state, speed });
    if (this.state.head.phase === 'playing') this.play();
  }

  setSkipIdle(skipIdle: boolean): void {
    this.set({ ...this.state, skipIdle });
  }

  /** The recording, read at least up to a moment. @throws what its source throws; the next call tries again */
  async recordingAt(atUs: number): Promise<Recording> {
    this.#recording ??= Recording.open(this.#options.source);
    const opened = this.#recording;
    opened.catch(() => {
      if (this.#recording === opened) this.#recording = undefined;
    });
    const recording = await opened;
    if (atUs > recording.index.nowUs && recording.index.endedAtMs === null) {
      this.#refreshing ??= recording.refresh().finally(() => {
        this.#refreshing = undefined;
      });
      await this.#refreshing;
    }
    this.#handleEnd(recording.index);
    return recording;
  }

  dispose(): void {
    this.#stop();
  }

  #handleEnd({ endedAtMs, nowUs }: Recording['index']): void {
    if (endedAtMs === null || this.#ended !== undefined) return;
    const { head } = this.state;
    const atEnd = head.phase === 'past' && head.atUs >= this.end.nowUs;
    this.#ended = { nowUs, growing: false };
    if (head.phase !== 'live' && (atEnd || head.atUs > nowUs)) this.seek(nowUs);
  }

  #move(event: PlayheadEvent): void {
    const head = movePlayhead(this.state.head, event, this.end);
    if (head !== this.state.head) this.set({ ...this.state, head });
    if (head.phase !== 'playing') this.#stop();
    else if (this.#cancel === undefined) this.#run();
  }

  #run(): void {
    this.#cancel = this.#options.nextFrame((nowMs) => {
      this.#cancel = undefined;
      const elapsedUs = this.#lastMs === undefined ? 0 : (nowMs - this.#lastMs) * 1000;
      this.#lastMs = nowMs;
      const { head, skipIdle } = this.state;
      if (head.phase !== 'playing') return;
      const nextUs = skipIdle ? this.#nextActivity(head.atUs) : undefined;
      this.#move(nextUs === undefined ? { kind: 'tick', elapsedUs } : { kind: 'tick', elapsedUs, nextUs });
    });
  }

  #stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#lastMs = undefined;
  }
}
