/**
 * Names are bytes. Those that are UTF-8 are themselves; of others each byte that is no part of UTF-8 becomes one character of the last 128
 * of plane 16. On purpose the same as `fileName.ts` of the protocol, which the keeper may not import: what the guest tells of a file
 * and what the tracker tells must be one name.
 */
const FIRST = 0x10ff00;
const RESERVED = /[\u{10ff80}-\u{10ffff}]/u;
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

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
