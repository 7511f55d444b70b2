/** What a program printed, as text: without escape sequences, cut between lines where it can be. */
import { stripVTControlCharacters } from 'node:util';
import { TerminalBoundary } from '@sandglass/replay';

/** A sequence that does not end is no sequence. */
const MAX_HELD_BYTES = 8_192;
// What is left of C0 controls says nothing; lines do.
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

export const withoutControls = (text: string): string => stripVTControlCharacters(text).replace(CONTROLS, '');

export class OutputText {
  readonly #boundary = new TerminalBoundary();
  readonly #decoder = new TextDecoder();
  #held: Uint8Array[] = [];
  #heldBytes = 0;

  /** The text that is now complete; what ends inside a sequence or a character waits for the rest. */
  push(bytes: Uint8Array): string {
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    this.#boundary.push(bytes);
    if (!this.#boundary.isClean && this.#heldBytes < MAX_HELD_BYTES) return '';
    const whole = this.#held.map((part) => this.#decoder.decode(part, { stream: true })).join('');
    this.#held = [];
    this.#heldBytes = 0;
    return withoutControls(whole);
  }
}
