import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isPublicAddress } from './addresses.ts';

export type ResolveAll = (host: string) => Promise<readonly LookupAddress[]>;

export const resolveAll: ResolveAll = (host) =>
  new Promise((resolve, reject) => {
    systemLookup(host, { all: true, verbatim: true }, (error, addresses) =>
      error ? reject(error) : resolve(addresses),
    );
  });

/** A name led to an address that is not public. */
export class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError';
}

/**
 * For net.connect and http.request: they connect to exactly the addresses that were checked, so a name that answers differently
 * the next time (DNS rebinding) gains nothing.
 */
export function checkedLookup(resolve: ResolveAll): LookupFunction {
  return (host, options, callback) => {
    resolve(host)
      .then((found) => {
        const safe = found.filter(({ address }) => isPublicAddress(address));
        const family = options.family === 4 || options.family === 6 ? options.family : undefined;
        const usable = safe.filter((one) => family === undefined || one.family === family);
        const first = usable[0];
        if (!first) throw new PrivateAddressError(`${host} leads to a private address`);
        if (options.all) (callback as (error: null, all: LookupAddress[]) => void)(null, usable);
        else callback(null, first.address, first.family);
      })
      .catch((error: NodeJS.ErrnoException) => callback(error, '', 0));
  };
}
