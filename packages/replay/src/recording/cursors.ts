/** Shows one moment after another, forwards and backwards, and reads no more than the step needs. The last moment asked for wins. */
import type { TerminalId } from '@sandglass/protocol';
import type { TerminalSize } from '../terminalFrames.ts';
import { trackFrame } from './frames.ts';
import { gatherMessages } from './gathered.ts';
import { screenAt, stepsOf, type TerminalStep, terminalAt } from './moment.ts';
import type { Recording } from './recording.ts';

/** What became of it. `superseded`: another moment was asked for meanwhile; `nothing`: there is nothing to show by then. */
export type Shown = 'shown' | 'nothing' | 'superseded';

export class ScreenCursor {
  readonly #recording: Recording;
  readonly #draw: (message: Uint8Array) => Promise<void>;
  #ask = 0;
  #seq = 0;
  #atUs = -1;

  /** `draw`: a `ScreenPlayer`'s. */
  constructor(recording: Recording, draw: (message: Uint8Array) => Promise<void>) {
    this.#recording = recording;
    this.#draw = draw;
  }

  async show(atUs: number): Promise<Shown> {
    const mine = ++this.#ask;
    const start = this.#recording.startAt('screen', atUs, trackFrame.screenKey);
    if (start === undefined) return this.#forget();
    const goesOn = atUs >= this.#atUs && start.firstSeq <= this.#seq;
    const frames = goesOn
      ? await this.#recording.framesBetween('screen', this.#seq, atUs)
      : await screenAt(this.#recording, atUs);
    if (mine !== this.#ask) return 'superseded';
    this.#seq = frames.at(-1)?.seq ?? this.#seq;
    this.#atUs = atUs;
    await Promise.all(gatherMessages(frames.map(({ payload }) => payload)).map((message) => this.#draw(message)));
    return mine === this.#ask ? 'shown' : 'superseded';
  }

  /** Whoever shows something else instead has to be told everything again. */
  #forget(): 'nothing' {
    this.#seq = 0;
    this.#atUs = -1;
    return 'nothing';
  }
}

/** What a terminal's view can do; xterm's, or a test's. */
export interface TerminalView {
  /** Empty, of that size. */
  reset(size: TerminalSize): void;
  resize(size: TerminalSize): void;
  write(data: string | Uint8Array): void;
}

export class TerminalCursor {
  readonly #recording: Recording;
  readonly #terminal: TerminalId;
  readonly #view: TerminalView;
  #ask = 0;
  #seq = 0;
  #atUs = -1;

  constructor(recording: Recording, terminal: TerminalId, view: TerminalView) {
    this.#recording = recording;
    this.#terminal = terminal;
    this.#view = view;
  }

  async show(atUs: number): Promise<Shown> {
    const mine = ++this.#ask;
    const track = `terminal:${this.#terminal}` as const;
    const start = this.#recording.startAt(track, atUs, trackFrame.snapshot);
    if (start === undefined) return this.#forget();
    if (atUs >= this.#atUs && start.firstSeq <= this.#seq) {
      const frames = await this.#recording.framesBetween(track, this.#seq, atUs);
      if (mine !== this.#ask) return 'superseded';
      this.#take(stepsOf(frames), frames.at(-1)?.seq ?? this.#seq, atUs);
      return 'shown';
    }
    const moment = await terminalAt(this.#recording, this.#terminal, atUs);
    if (mine !== this.#ask) return 'superseded';
    if (moment === undefined) return this.#forget();
    this.#view.reset(moment);
    if (moment.drawing !== '') this.#view.write(moment.drawing);
    this.#take(moment.steps, moment.seq, atUs);
    return 'shown';
  }

  #forget(): 'nothing' {
    this.#seq = 0;
    this.#atUs = -1;
    return 'nothing';
  }

  #take(steps: readonly TerminalStep[], seq: number, atUs: number): void {
    for (const step of steps) {
      if (step.kind === 'output') this.#view.write(step.bytes);
      else this.#view.resize(step.size);
    }
    this.#seq = seq;
    this.#atUs = atUs;
  }
}
