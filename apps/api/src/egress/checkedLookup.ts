import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Judgement } from './policy.ts';

export type ResolveAll = (host: string) => Promise<readonly LookupAddress[]>;

export const resolveAll: ResolveAll = (host) =>
  new Promise((resolve, reject) => {
    systemLookup(host, { all: true, verbatim: true }, (error, addresses) =>
      error ? reject(error) : resolve(addresses),
    );
  });

/** Every address that a name led to is one that may not be reached. */
export class RefusedAddressError extends Error {
  override readonly name = 'RefusedAddressError';
  readonly judgement: Exclude<Judgement, 'allowed'>;

  constructor(judgement: Exclude<Judgement, 'allowed'>) {
    super(`The address is ${judgement}.`);
    this.judgement = judgement;
  }
}

/**
 * For net.connect and http.request: they connect to exactly the addresses that were checked, so a name that answers differently
 * the next time (DNS rebinding) gains nothing.
 */
export function checkedLookup(resolve: ResolveAll, judge: (address: string) => Judgement): LookupFunction {
  return (host, options, callback) => {
    resolve(host)
      .then((found) => {
        const judged = found.map((one) => ({ one, judgement: judge(one.address) }));
        const family = options.family === 4 || options.family === 6 ? options.family : undefined;
        const usable = judged
          .filter(({ one, judgement }) => judgement === 'allowed' && (family === undefined || one.family === family))
          .map(({ one }) => one);
        const first = usable[0];
        if (!first) {
          const refused = judged.map(({ judgement }) => judgement).find((judgement) => judgement !== 'allowed');
          throw refused ? new RefusedAddressError(refused) : noAddress(host);
        }
        if (options.all) (callback as (error: null, all: LookupAddress[]) => void)(null, usable);
        else callback(null, first.address, first.family);
      })
      .catch((error: NodeJS.ErrnoException) => callback(error, '', 0));
  };
}

const noAddress = (host: string) => Object.assign(new Error(`${host} has no address`), { code: 'ENOTFOUND' });
