import { decodePointerMark, type PointerMark } from '@sandglass/protocol';
import { type Recording, trackFrame } from '@sandglass/replay';

/** A hand that rested longer is nobody's any more, as live. */
const RESTS_US = 6_000_000;
/** A larger step is a jump: what was struck on the way is not shown all at once. */
const STEP_US = 1_500_000;

/** Hands and keys at a moment of a recording: each mark once on the way forward; after a jump, where each hand was. */
export class HandsCursor {
  readonly #recording: Pick<Recording, 'framesAt'>;
  readonly #onMark: (mark: PointerMark) => void;
  #ask = 0;
  #seq = 0;
  #atUs = -1;

  constructor(recording: Pick<Recording, 'framesAt'>, onMark: (mark: PointerMark) => void) {
    this.#recording = recording;
    this.#onMark = onMark;
  }

  async show(atUs: number): Promise<void> {
    const mine = ++this.#ask;
    const frames = await this.#recording.framesAt('pointer', atUs, trackFrame.pointer);
    if (mine !== this.#ask) return;
    const goesOn = atUs >= this.#atUs && atUs - this.#atUs <= STEP_US;
    const fresh = frames.filter((frame) => (goesOn ? frame.seq > this.#seq : atUs - frame.atUs <= RESTS_US));
    this.#atUs = atUs;
    this.#seq = frames.at(-1)?.seq ?? 0;
    const marks = fresh.map(({ payload }) => decodePointerMark(payload));
    for (const mark of goesOn ? marks : lastOfEach(marks)) this.#onMark(mark);
  }
}

/** Where each hand was last, with nothing pressed anew. */
function lastOfEach(marks: readonly PointerMark[]): PointerMark[] {
  const last = new Map<string, PointerMark>();
  for (const mark of marks) if (mark.key === undefined) last.set(mark.by, { ...mark, buttons: 0 });
  return [...last.values()];
}
