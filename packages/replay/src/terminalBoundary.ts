const ESCAPE = 0x1b;
const BELL = 0x07;
const CANCEL = 0x18;
const SUBSTITUTE = 0x1a;

/**
 * Knows whether a terminal's output, cut here, is cut inside a character or an escape sequence. A snapshot may only be taken
 * between: what is half read cannot be drawn.
 *
 *   ground -ESC→ escape -[→ sequence -final byte→ ground        escape -intermediate→ escape -final→ ground
 *   escape -] P X ^ _→ string -BEL | ESC \→ ground              any -CAN, SUB→ ground · any -ESC→ escape
 */
export class TerminalBoundary {
  #state: 'ground' | 'escape' | 'sequence' | 'string' = 'ground';
  /** Bytes of a UTF-8 character still to come. */
  #missing = 0;

  get isClean(): boolean {
    return this.#state === 'ground' && this.#missing === 0;
  }

  push(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i]!;
      if (this.#state === 'ground' && byte !== ESCAPE) {
        this.#character(byte);
        continue;
      }
      this.#missing = 0;
      if (byte === ESCAPE) this.#state = 'escape';
      else if (byte === CANCEL || byte === SUBSTITUTE) this.#state = 'ground';
      else this.#control(byte);
    }
  }

  #character(byte: number): void {
    if (byte < 0x80) this.#missing = 0;
    else if (byte < 0xc0) this.#missing = Math.max(0, this.#missing - 1);
    else this.#missing = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
  }

  #control(byte: number): void {
    if (this.#state === 'string') {
      if (byte === BELL) this.#state = 'ground';
    } else if (this.#state === 'sequence') {
      if (byte >= 0x40 && byte <= 0x7e) this.#state = 'ground';
    } else if (byte === 0x5b) this.#state = 'sequence';
    else if (byte === 0x5d || byte === 0x50 || byte === 0x58 || byte === 0x5e || byte === 0x5f) this.#state = 'string';
    else if (byte < 0x20 || byte > 0x2f) this.#state = 'ground';
  }
}
