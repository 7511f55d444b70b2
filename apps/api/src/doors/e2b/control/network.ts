/** The vendor's network rules as a policy of ours, which names what is allowed and denies the rest. */
import { AppError, EgressPolicy } from '@sandglass/protocol';
import type { Network } from '../facts.ts';

const EVERYTHING = '0.0.0.0/0';

/** @throws AppError `badRequest` for what a list of allowed hosts cannot say. */
export function policyOf(network: Network, allowInternet: boolean): EgressPolicy {
  refuseUnknown(network);
  const denied = network.denyOut ?? [];
  const allowed = (network.allowOut ?? []).map(hostOf);
  const deniesAll = !allowInternet || denied.includes(EVERYTHING);
  if (!deniesAll && denied.length > 0)
    throw new AppError(
      'badRequest',
      `This server's network rules name what is allowed. Deny ${EVERYTHING} and list the rest in allowOut; single denials are not possible.`,
    );
  const hosts = deniesAll ? allowed : ['*', ...allowed];
  const parsed = EgressPolicy.safeParse({ allow: [...new Set(hosts)].map((host) => ({ host })) });
  if (parsed.success) return parsed.data;
  throw new AppError('badRequest', `allowOut: ${parsed.error.issues[0]?.message ?? 'not valid'}.`);
}

function hostOf(entry: string): string {
  if (entry === EVERYTHING) return '*';
  const single = /^(\d{1,3}(?:\.\d{1,3}){3})(?:\/32)?$/.exec(entry);
  if (single) return single[1]!;
  if (entry.includes('/'))
    throw new AppError('badRequest', `allowOut: ${entry} is a range of addresses; name hosts or single addresses.`);
  return entry;
}

function refuseUnknown({ rules, egressProxy }: Network): void {
  if (rules && Object.keys(rules).length > 0)
    throw new AppError(
      'badRequest',
      'Rules that change requests are not supported; secrets are put in by this server.',
    );
  if (egressProxy !== undefined && egressProxy !== null)
    throw new AppError('badRequest', 'A proxy of your own is not supported: this server is the proxy.');
}
