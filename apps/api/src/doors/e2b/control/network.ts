/** The vendor's network rules as a policy of ours. Both let what is allowed win over what is denied; theirs begins from everything. */
import { isIP } from 'node:net';
import { AppError, EgressPolicy } from '@sandglass/protocol';
import type { Network } from '../facts.ts';

const EVERYTHING = '0.0.0.0/0';
const ENVD_PORT = 49_983;

/** @throws AppError `badRequest` for what the vendor refuses, and for what is not done here. */
export function policyOf(network: Network, allowInternet: boolean): EgressPolicy {
  refuseUnknown(network);
  const allowed = network.allowOut ?? [];
  const denied = network.denyOut ?? [];
  const name = denied.find((entry) => !isAddress(entry));
  if (name !== undefined)
    throw new AppError(
      'badRequest',
      `denyOut: “${name.slice(0, 100)}” is no address and no range: names can only be allowed.`,
    );
  const deniesAll = !allowInternet || denied.includes(EVERYTHING);
  // As the vendor: without it the list would look like a fence and be none.
  if (!deniesAll && allowed.some((entry) => entry !== '*' && !isAddress(entry)))
    throw new AppError(
      'badRequest',
      "allowOut names hosts, so denyOut must hold 'ALL_TRAFFIC' (0.0.0.0/0): everything else is allowed without it.",
    );
  const allowsAll = allowed.includes(EVERYTHING) || allowed.includes('*');
  const hosts = allowed.filter((entry) => entry !== EVERYTHING && entry !== '*');
  // A denial of everything is the absence of `*`; of IPv6, it is a range like any other.
  const exceptions = allowsAll || deniesAll ? [] : denied;
  return parse({
    allow: rules(allowsAll || !deniesAll ? ['*', ...hosts] : hosts),
    ...(exceptions.length === 0 ? {} : { deny: rules(exceptions) }),
  });
}

const rules = (hosts: readonly string[]) => [...new Set(hosts)].map((host) => ({ host }));
const isAddress = (entry: string) => isIP(entry.split('/')[0] ?? '') !== 0;

function parse(policy: EgressPolicy): EgressPolicy {
  const parsed = EgressPolicy.safeParse(policy);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const [list, index] = issue?.path ?? [];
  const entry = (policy[list as 'allow' | 'deny'] ?? [])[index as number]?.host ?? '';
  throw new AppError(
    'badRequest',
    `${list === 'deny' ? 'denyOut' : 'allowOut'}: “${entry.slice(0, 100)}” is not ${issue?.message ?? 'valid'}.`,
  );
}

function refuseUnknown({ rules, egressProxy, httpsPorts }: Network): void {
  if (rules && Object.keys(rules).length > 0)
    throw new AppError(
      'badRequest',
      'network.rules change requests on their way, which is not done here: this server does not open TLS. Give the sandbox what it needs in envs.',
    );
  if (egressProxy !== undefined && egressProxy !== null)
    throw new AppError(
      'badRequest',
      'network.egressProxy, a proxy of your own, is not supported: this server is the proxy.',
    );
  if (httpsPorts?.includes(ENVD_PORT))
    throw new AppError('badRequest', `network.httpsPorts: ${ENVD_PORT} is the sandbox’s own.`);
}
