/**
 * File names are bytes; everything above the guest wants text. Names that are UTF-8 are themselves. Of others, each byte that
 * is not part of UTF-8 becomes one character of the last 128 of plane 16, which no name uses; a name that does use them is
 * written byte by byte too, so the way back is exact. Free of zod: the guest bundles it.
 */
const FIRST = 0x10ff00;
const RESERVED = /[\u{10ff80}-\u{10ffff}]/u;
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** True for a path or name that stands for bytes which are not UTF-8. */
export const isEncodedName = (text: string): boolean => RESERVED.test(text);

export function encodeName(bytes: Uint8Array): string {
  const whole = decode(bytes);
  if (whole !== null) return whole;
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    const character = length === 0 ? null : decode(bytes.subarray(at, at + length));
    text += character ?? String.fromCodePoint(FIRST + (bytes[at] as number));
    at += character === null ? 1 : length;
  }
  return text;
}

export function decodeName(text: string): Uint8Array {
  const encoder = new TextEncoder();
  const parts: number[] = [];
  for (const character of text) {
    if (RESERVED.test(character)) parts.push((character.codePointAt(0) as number) - FIRST);
    else parts.push(...encoder.encode(character));
  }
  return Uint8Array.from(parts);
}

function decode(bytes: Uint8Array): string | null {
  try {
    const text = strict.decode(bytes);
    return RESERVED.test(text) ? null : text;
  } catch {
    return null;
  }
}

/** As the first byte says; 0 when none can begin so. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number;
  const length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  return at + length <= bytes.length ? length : 0;
}
