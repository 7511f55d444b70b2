/** Signed addresses of files: whoever has one may read or write that one path. */
import { createHash } from 'node:crypto';
import { AppError } from '@sandglass/protocol';
import { equal } from '../facts.ts';

export interface Signed {
  readonly path: string;
  readonly operation: 'read' | 'write';
  readonly username: string;
  readonly expires: string | null;
}

export function signatureOf({ path, operation, username, expires }: Signed, accessToken: string): string {
  const text = [path, operation, username, accessToken, ...(expires === null ? [] : [expires])].join(':');
  return `v1_${createHash('sha256').update(text).digest('base64').replace(/=+$/, '')}`;
}

export const isSignedBy = (signed: Signed, signature: string, accessToken: string): boolean =>
  equal(signatureOf(signed, accessToken), signature);

/** @throws AppError `unauthenticated` in the words that clients know. */
export function refuseExpired(expires: string | null, nowMs: number): void {
  if (expires !== null && !(Number(expires) * 1_000 > nowMs))
    throw new AppError('unauthenticated', 'signature is already expired');
}

export const invalidSignature = () => new AppError('unauthenticated', 'invalid signature');
