/** Collects what is written to an empty terminal, and knows the look that its next character has. */
export class Pen {
  #text = '';
  #look = '';

  write(text: string): void {
    this.#text += text;
  }

  look(look: string): void {
    if (look === this.#look) return;
    // Every look is set from the default one.
    if (this.#look !== '') this.#text += '\x1b[m';
    this.#text += look;
    this.#look = look;
  }

  /** Sets it once more, also where it is set. */
  lookAgain(look: string): void {
    this.#text += `\x1b[m${look}`;
    this.#look = look;
  }

  get text(): string {
    return this.#text;
  }
}
