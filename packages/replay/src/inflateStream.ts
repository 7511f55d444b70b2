import { Unzlib } from 'fflate';

/**
 * One long-lived zlib stream, undone piece by piece in JavaScript. Each piece must end at a flush.
 * `inflate` gives exactly `size` bytes or throws RangeError.
 */
export function createInflateStream(): { inflate(compressed: Uint8Array, size: number): Uint8Array; close(): void } {
  let parts: Uint8Array[] = [];
  let length = 0;
  const stream = new Unzlib((part) => {
    // The decoder's window is reused: what it shows must be copied.
    parts.push(part.slice());
    length += part.length;
  });
  return {
    inflate(compressed, size) {
      parts = [];
      length = 0;
      try {
        stream.push(compressed);
      } catch {
        throw new RangeError('a zlib stream is damaged');
      }
      if (length !== size) throw new RangeError(`a zlib stream holds ${length} bytes where ${size} were expected`);
      if (parts.length === 1) return parts[0]!;
      const out = new Uint8Array(size);
      let at = 0;
      for (const part of parts) {
        out.set(part, at);
        at += part.length;
      }
      return out;
    },
    close() {
      parts = [];
    },
  };
}
