import { createHash } from 'node:crypto';
import type { Principal } from './identity.ts';

/** Hashing costs some microseconds, and an agent makes a thousand calls a second with one token. */
const MOST_KNOWN = 1_000;
const known = new Map<string, string>();

/** Two browsers with one token are two people at most, one browser with many pages is one. Tells nothing of the secret. */
export function viewerIdOf({
  token,
  session,
}: Pick<Principal, 'session'> & { token: { readonly id: string } }): string {
  const source = session?.hash ?? token.id;
  const found = known.get(source);
  if (found !== undefined) return found;
  const id = `vw_${createHash('sha256').update(source).digest('hex').slice(0, 16)}`;
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(source, id);
  return id;
}
