/** What became of a press decides on what follows it: of one that a person moved, moves and release go along; one that was refused has no release. */
import { type Command, type Fields, numberOf, textOf } from './message.ts';

export interface Moved {
  readonly session: string | undefined;
  readonly right: number;
  readonly down: number;
}

export class Presses {
  /** Its moves and its release go along, however late they come. */
  #moved: Moved | null = null;
  /** The session of a press that was refused: nothing is released that was never pressed. */
  #refused: string | undefined | null = null;

  refuse(session: string | undefined): void {
    this.#refused = session;
  }

  /** Something goes through; `isPress`: a press of its own. */
  allow({ isPress }: { isPress: boolean }): void {
    this.#refused = null;
    if (isPress) this.#moved = null;
  }

  /** A press goes where a person wrote. */
  move({ sessionId: session, params: asked }: Command, to: Fields): void {
    const by = (one: unknown, from: unknown) => numberOf(one) - numberOf(from);
    this.#moved = { session, right: by(to['x'], asked['x']), down: by(to['y'], asked['y']) };
  }

  /** Whether this is the release of a press that was refused; then that is over. */
  takesRelease({ params, sessionId }: Command): boolean {
    if (params['type'] !== 'mouseReleased' || this.#refused !== sessionId) return false;
    this.#refused = null;
    return true;
  }

  /** The parameters with which input of the mouse goes on; null: as it came. */
  follow({ method, params, sessionId }: Command): Fields | null {
    const moved = this.#moved;
    if (moved === null || method !== 'Input.dispatchMouseEvent' || moved.session !== sessionId) return null;
    if (textOf(params['type']) === 'mouseReleased') this.#moved = null;
    return { ...params, x: numberOf(params['x']) + moved.right, y: numberOf(params['y']) + moved.down };
  }
}
