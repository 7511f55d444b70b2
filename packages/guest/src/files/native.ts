/** Paths as the system knows them: bytes. Above this line they are text; names that are not UTF-8 are encoded in it. */
import { decodeName, encodeName, isEncodedName } from '@sandglass/protocol/fileName';

/** For the functions of node:fs. */
export const native = (path: string): string | Buffer => (isEncodedName(path) ? Buffer.from(decodeName(path)) : path);

export const named = (bytes: string | Uint8Array): string => (typeof bytes === 'string' ? bytes : encodeName(bytes));

/** For the arguments of programs, which Node gives as UTF-8 only: `sh` turns it back (`%b` of printf). */
export function octal(path: string): string {
  return [...decodeName(path)].map((byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join('');
}
