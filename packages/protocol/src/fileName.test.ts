import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeName, encodeName, isEncodedName } from './fileName.ts';

describe('names of files', () => {
  it('are themselves when they are UTF-8', () => {
    const text = 'grüße 😀.txt';
    expect(encodeName(Buffer.from(text))).toBe(text);
    expect(isEncodedName(text)).toBe(false);
  });

  it('come back byte for byte, through JSON and through a URL', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const text = encodeName(bytes);
        const travelled = new URLSearchParams(`p=${encodeURIComponent(JSON.parse(JSON.stringify(text)))}`).get('p')!;
        expect(Buffer.from(decodeName(travelled))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('cannot be taken for one another: a name that uses the reserved characters is written out too', () => {
    const latin1 = Buffer.from([0x63, 0x61, 0x66, 0xe9]);
    const lookalike = Buffer.from(encodeName(latin1));
    expect(encodeName(lookalike)).not.toBe(encodeName(latin1));
    expect(Buffer.from(decodeName(encodeName(lookalike)))).toEqual(lookalike);
  });
});
