/** A page's address as it is kept: without secrets in its query, its fragment or before its host. Pure. */
import { MAX_URL } from '@sandglass/protocol';
import { REMOVED } from '../redaction/redactor.ts';
import { isSecretName } from '../redaction/secretNames.ts';

/** Of signed addresses: what proves, not what is named. */
const PROOFS = /^(sig|signature|x-amz-(signature|security-token|credential)|jwt|otp|assertion|code_verifier)$/i;
/** `data:` and the like hold what they show. */
const MAX_INLINE = 200;
/** More of one is not looked through; it is cut to less. */
const MAX_READ = 65_536;

export function shownAddress(address: string): string {
  const url = address.slice(0, MAX_READ);
  if (/^(data|blob|javascript):/i.test(url)) return cut(url, MAX_INLINE);
  const hash = url.indexOf('#');
  const before = hash === -1 ? url : url.slice(0, hash);
  const query = before.indexOf('?');
  const path = query === -1 ? before : before.slice(0, query);
  const shown = path.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, `$1${REMOVED}@`);
  return cut(
    shown +
      (query === -1 ? '' : `?${withoutSecrets(before.slice(query + 1))}`) +
      (hash === -1 ? '' : `#${withoutSecrets(url.slice(hash + 1))}`),
    MAX_URL,
  );
}

const withoutSecrets = (pairs: string): string =>
  pairs
    .split('&')
    .map((pair) => {
      const at = pair.indexOf('=');
      if (at === -1 || at === pair.length - 1) return pair;
      const name = pair.slice(0, at);
      return isSecret(name) ? `${name}=${REMOVED}` : pair;
    })
    .join('&');

function isSecret(name: string): boolean {
  const plain = decoded(name);
  // accessToken, apiKey
  const words = plain.replace(/([a-z])([A-Z])/g, '$1_$2');
  return isSecretName(words) || PROOFS.test(plain);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
