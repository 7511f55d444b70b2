/** The agent's pointer, where the page is on the screen: X hears nothing of what is done in a page. */
import type { PointerTrack } from '../../recorder/pointerTrack.ts';
import type { Answer, Fields } from './message.ts';
import { markOf, PLACE, type Place, readPlace } from './pagePlace.ts';

export interface AgentPointerOptions {
  readonly track: Pick<PointerTrack, 'move' | 'close'>;
  /** Its screen is the page itself. */
  readonly isHeadless: () => boolean;
  /** `null`: no answer in time. */
  readonly ask: (method: string, params: Fields, session: string) => Promise<Answer | null>;
  readonly nowMs: () => number;
}

/** Tabs come and go; those of some are enough. */
const MOST_PLACES = 64;
/** A window that is moved is looked for again after this. */
const PLACE_MS = 2_000;
const WHOLE_SCREEN: Place = { left: 0, top: 0, scale: 1 };

export class AgentPointer {
  readonly #options: AgentPointerOptions;
  /** Where the page of each session is on the screen. */
  readonly #places = new Map<string, { readonly place: Promise<Place | null>; readonly untilMs: number }>();
  #phase: 'open' | 'closed' = 'open';

  constructor(options: AgentPointerOptions) {
    this.#options = options;
  }

  /** After a command of this method has gone to the browser. */
  follow(method: string, params: Fields, session: string | undefined): void {
    if (method !== 'Input.dispatchMouseEvent' || session === undefined) return;
    void this.#placeOf(session).then((place) => {
      const mark = place && this.#phase === 'open' ? markOf(method, params, place) : null;
      if (mark) this.#options.track.move(mark.x, mark.y, mark.buttons);
    });
  }

  close(): void {
    this.#phase = 'closed';
    this.#options.track.close();
  }

  async #placeOf(session: string): Promise<Place | null> {
    const { isHeadless, nowMs, ask } = this.#options;
    if (isHeadless()) return WHOLE_SCREEN;
    const known = this.#places.get(session);
    if (known && known.untilMs > nowMs()) return known.place;
    const place = ask('Runtime.evaluate', { expression: PLACE, returnByValue: true }, session).then((answer) =>
      answer !== null && 'result' in answer ? readPlace(answer.result) : null,
    );
    if (this.#places.size > MOST_PLACES) this.#places.clear();
    this.#places.set(session, { place, untilMs: nowMs() + PLACE_MS });
    return place;
  }
}
