/**
 * Where a request may come from. The Host check defeats DNS rebinding (a foreign name that resolves to us); the Origin check
 * defeats foreign pages, also those on another port of this host, which browsers count as the same site.
 */
import { isIP } from 'node:net';
import { AppError } from '@sandglass/protocol';

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

export interface OriginRules {
  /** Host names (no port) under which this server answers. */
  readonly names: ReadonlySet<string>;
  /** Bound to every address: the one that was dialled is a name of ours too (an address cannot be rebound). */
  readonly anyAddress: boolean;
  readonly tls: boolean;
}

export interface Asked {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
  /** The address at which the connection arrived. */
  readonly localAddress: string | undefined;
}

export function originRules(options: { host: string; allowedHosts: readonly string[]; tls: boolean }): OriginRules {
  const bound = isIP(options.host) === 6 ? `[${options.host}]` : options.host;
  const anyAddress = options.host === '0.0.0.0' || options.host === '::';
  return {
    names: new Set([...LOOPBACK_NAMES, bound, ...options.allowedHosts].map((name) => name.toLowerCase())),
    anyAddress,
    tls: options.tls,
  };
}

/** @throws AppError `badOrigin` unless the Host header is one of ours. */
export function checkHost(rules: OriginRules, asked: Asked): void {
  const name = hostName(asked.host);
  if (name !== null && (rules.names.has(name) || (rules.anyAddress && isDialled(name, asked.localAddress)))) return;
  throw new AppError(
    'badOrigin',
    `This server does not answer as ${JSON.stringify(asked.host?.slice(0, 100) ?? '')}. Open it by the address it printed, or start it with --allowed-hosts.`,
  );
}

/** @throws AppError `badOrigin` when a browser says that another origin's page sent this. Programs send no Origin. */
export function checkOrigin(rules: OriginRules, asked: Asked): void {
  if (asked.origin !== undefined && !isOwnOrigin(rules, asked)) throw foreignPage();
}

/** For requests that carry a cookie: reads must not come from a foreign page, changes must be proven to come from our own. */
export function checkCookieRequest(rules: OriginRules, asked: Asked, changes: boolean): void {
  checkOrigin(rules, asked);
  if (asked.fetchSite !== undefined && asked.fetchSite !== 'same-origin' && (changes || asked.fetchSite !== 'none'))
    throw foreignPage();
  if (changes && asked.origin === undefined && asked.fetchSite === undefined)
    throw new AppError(
      'badOrigin',
      'A change with a cookie needs an Origin header. Programs use Authorization: Bearer.',
    );
}

function isOwnOrigin(rules: OriginRules, asked: Asked): boolean {
  const host = asked.host?.toLowerCase();
  return asked.origin === `https://${host}` || (!rules.tls && asked.origin === `http://${host}`);
}

const foreignPage = () => new AppError('badOrigin', 'Requests from pages of another origin are refused.');

/** The name in a Host header without its port; null when it is not a clean name. */
function hostName(header: string | undefined): string | null {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i.exec(header ?? '');
  return match?.[1]?.toLowerCase() ?? null;
}

function isDialled(name: string, localAddress: string | undefined): boolean {
  if (localAddress === undefined) return false;
  const plain = localAddress.replace(/^::ffff:/i, '').toLowerCase();
  return name === plain || name === `[${plain}]`;
}
