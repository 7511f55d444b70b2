const ESCAPE = 0x1b;
/** A title longer than this is not worth keeping. */
const MAX_SEQUENCE_BYTES = 4096;

/**
 * What must be kept of output that is too much to draw: modes, margins, titles, character sets and the present colours, but
 * not the text. Fed to a terminal before the tail that is drawn, so that the tail looks as it did.
 */
export class TerminalModes {
  #kept: Uint8Array[] = [];
  /** Colours since the last reset of them. */
  #colours: Uint8Array[] = [];
  #rest: Uint8Array = new Uint8Array(0);

  push(chunk: Uint8Array): void {
    const bytes = this.#rest.length === 0 ? chunk : concat([this.#rest, chunk]);
    this.#rest = new Uint8Array(0);
    for (let at = bytes.indexOf(ESCAPE); at >= 0; ) {
      const length = sequenceLength(bytes, at);
      if (length === undefined) {
        if (bytes.length - at <= MAX_SEQUENCE_BYTES) this.#rest = bytes.slice(at);
        return;
      }
      this.#keep(bytes.subarray(at, at + length));
      at = bytes.indexOf(ESCAPE, at + length);
    }
  }

  /** What to write instead of all that was pushed, without a sequence that has not ended: `rest` is its start. */
  take(): { modes: Uint8Array; rest: Uint8Array } {
    const modes = concat([...this.#kept, ...this.#colours]);
    const rest = this.#rest;
    this.#kept = [];
    this.#colours = [];
    this.#rest = new Uint8Array(0);
    return { modes, rest };
  }

  #keep(sequence: Uint8Array): void {
    const [kind, last] = [sequence[1], String.fromCharCode(sequence.at(-1) ?? 0)];
    if (kind !== 0x5b) {
      // Cursor movements of the short kind and string terminators change nothing that outlives the text.
      if (!'DEMH78\\'.includes(last) || kind === 0x5d) this.#kept.push(sequence.slice());
      return;
    }
    if (last === 'm') {
      if (sequence.length === 3 || (sequence.length === 4 && sequence[2] === 0x30)) this.#colours = [];
      else this.#colours.push(sequence.slice());
      return;
    }
    if ('hlrqp'.includes(last)) this.#kept.push(sequence.slice());
  }
}

/** Undefined when it does not end in here. Anything malformed is one byte long. */
function sequenceLength(bytes: Uint8Array, at: number): number | undefined {
  const kind = bytes[at + 1];
  if (kind === undefined) return undefined;
  if (kind === 0x5b) {
    for (let i = at + 2; i < bytes.length; i++) {
      const byte = bytes[i]!;
      if (byte >= 0x40 && byte <= 0x7e) return i + 1 - at;
      if (byte < 0x20 || byte > 0x7e) return i - at;
    }
    return undefined;
  }
  if (kind === 0x5d) {
    for (let i = at + 2; i < bytes.length && i - at < MAX_SEQUENCE_BYTES; i++) {
      if (bytes[i] === 0x07) return i + 1 - at;
      if (bytes[i] === ESCAPE)
        return bytes[i + 1] === undefined ? undefined : bytes[i + 1] === 0x5c ? i + 2 - at : i - at;
    }
    return bytes.length - at < MAX_SEQUENCE_BYTES ? undefined : 1;
  }
  for (let i = at + 1; i < bytes.length; i++) if (bytes[i]! < 0x20 || bytes[i]! > 0x2f) return i + 1 - at;
  return undefined;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
