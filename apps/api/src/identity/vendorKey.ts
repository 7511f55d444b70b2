/**
 * A token in the shape of another vendor's keys, for clients that look at the shape before they send anything. It is the same
 * secret written in hex, so each token has one and nothing more is stored.
 */
export const e2bKey = (secret: string): string => `e2b_${Buffer.from(secret, 'utf8').toString('hex')}`;

/** The secret that a key stands for; what is not in that shape is a secret itself. */
export function secretOfKey(key: string): string {
  const hex = /^e2b_((?:[0-9a-f]{2})+)$/.exec(key)?.[1];
  return hex === undefined ? key : Buffer.from(hex, 'hex').toString('utf8');
}
