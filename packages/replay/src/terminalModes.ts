const ESCAPE = 0x1b;
/** A title longer than this is not worth keeping. */
const MAX_SEQUENCE_BYTES = 4096;

/** Colours are set by few sequences after the last reset; a program that never resets them would fill the memory. */
const MAX_COLOURS = 64;
/** Likewise for what else is kept: the newest count. */
const MAX_KEPT = 4096;
const CSI = 0x5b;
const OSC = 0x5d;
const SGR = 0x6d;
/** Of control sequences: modes (h, l), margins (r), cursor shape (q), soft reset (p). */
const KEPT_SEQUENCES = new Set([...'hlrqp'].map((letter) => letter.charCodeAt(0)));
/** Of the short ones: movements, tab stops, saved cursors and string ends change nothing that outlives the text. */
const DROPPED_ESCAPES = new Set([...'DEMH78\\'].map((letter) => letter.charCodeAt(0)));

/**
 * What must be kept of output that is too much to draw: modes, margins, titles, character sets and the present colours, but
 * not the text. Fed to a terminal before the tail that is drawn, so that the tail looks as it did. It goes over some hundred
 * megabytes a second, so nothing is made for a sequence that is not kept.
 */
export class TerminalModes {
  #kept: Uint8Array[] = [];
  /** Colours since the last reset of them. */
  #colours: Uint8Array[] = [];
  #rest: Uint8Array = new Uint8Array(0);

  push(chunk: Uint8Array): void {
    const bytes = this.#rest.length === 0 ? chunk : concat([this.#rest, chunk]);
    this.#rest = new Uint8Array(0);
    /** Starts and ends, in pairs. */
    const colours: number[] = [];
    for (let at = 0; at < bytes.length; at++) {
      if (bytes[at] !== ESCAPE) continue;
      const length = sequenceLength(bytes, at);
      if (length === undefined) {
        if (bytes.length - at <= MAX_SEQUENCE_BYTES) this.#rest = bytes.slice(at);
        break;
      }
      const end = at + length;
      const last = bytes[end - 1]!;
      if (bytes[at + 1] === CSI && last === SGR) {
        const isReset = length === 3 || (length === 4 && bytes[at + 2] === 0x30);
        if (isReset) {
          colours.length = 0;
          this.#colours = [];
        } else {
          colours.push(at, end);
          if (colours.length > MAX_COLOURS * 4) colours.splice(0, MAX_COLOURS * 2);
        }
      } else if (
        bytes[at + 1] === CSI ? KEPT_SEQUENCES.has(last) : bytes[at + 1] === OSC || !DROPPED_ESCAPES.has(last)
      ) {
        this.#kept.push(bytes.slice(at, end));
        if (this.#kept.length > MAX_KEPT * 2) this.#kept.splice(0, MAX_KEPT);
      }
      at = end - 1;
    }
    for (let i = 0; i < colours.length; i += 2) this.#colours.push(bytes.slice(colours[i], colours[i + 1]));
    if (this.#colours.length > MAX_COLOURS) this.#colours = this.#colours.slice(-MAX_COLOURS);
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
}

/** Undefined when it does not end in here. Anything malformed is one byte long. */
function sequenceLength(bytes: Uint8Array, at: number): number | undefined {
  const kind = bytes[at + 1];
  if (kind === undefined) return undefined;
  if (kind === CSI) {
    for (let i = at + 2; i < bytes.length; i++) {
      const byte = bytes[i]!;
      if (byte >= 0x40 && byte <= 0x7e) return i + 1 - at;
      if (byte < 0x20 || byte > 0x7e) return i - at;
    }
    return undefined;
  }
  if (kind === OSC) {
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
