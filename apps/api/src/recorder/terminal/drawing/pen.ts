/** Collects what is written to an empty terminal, and knows the look that its next character has. */
export class Pen {
  readonly #parts: string[] = [];
  #look = '';

  write(text: string): void {
    this.#parts.push(text);
  }

  look(look: string): void {
    if (look === this.#look) return;
    // Every look is set from the default one.
    if (this.#look !== '') this.#parts.push('\x1b[m');
    this.#parts.push(look);
    this.#look = look;
  }

  /** Sets it once more, also where it is set. */
  lookAgain(look: string): void {
    this.#parts.push(`\x1b[m${look}`);
    this.#look = look;
  }

  get text(): string {
    return this.#parts.join('');
  }
}
