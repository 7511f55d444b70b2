import { hash, timingSafeEqual } from 'node:crypto';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
/** 160 bits: beyond guessing, so a plain SHA-256 is enough to store (there is nothing for a dictionary to try). */
const SECRET_CHARACTERS = 32;

export type RandomBytes = (size: number) => Uint8Array;

/** 32 characters of lower-case base32, 5 random bits each. */
export function randomSecret(random: RandomBytes): string {
  let secret = '';
  for (const byte of random(SECRET_CHARACTERS)) secret += ALPHABET[byte & 31];
  return secret;
}

/** `sgt_<id>_<secret>`; the id finds the row, the whole text is what is hashed. */
export function formatToken(tokenId: string, secret: string): string {
  return `sgt_${tokenId.slice('tok_'.length)}_${secret}`;
}

/** The token id that a secret claims to be of, or null when it is not in our shape (a fixed start token may have any). */
export function claimedTokenId(secret: string): string | null {
  const match = /^sgt_([a-z2-7]{4,26})_[a-z2-7]{32,}$/.exec(secret);
  return match ? `tok_${match[1]}` : null;
}

export function hashSecret(secret: string): string {
  return hash('sha256', secret, 'hex');
}

/** The same time whatever they hold; both are SHA-256 in hex. */
export function equalHashes(a: string, b: string): boolean {
  const left = Buffer.from(a, 'hex');
  const right = Buffer.from(b, 'hex');
  return left.length === right.length && left.length === 32 && timingSafeEqual(left, right);
}
