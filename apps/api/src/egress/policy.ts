import { isIP } from 'node:net';
import type { EgressPolicy, EgressRule } from '@sandglass/protocol';

/** Lower case, no brackets, no final dot. */
export function normalHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}

/** The first rule that lets this through, or undefined: what no rule names is denied. */
export function findRule(policy: EgressPolicy, host: string, port: number): EgressRule | undefined {
  const wanted = normalHost(host);
  const matches = (rule: EgressRule) =>
    (rule.port === undefined || rule.port === port) && matchesHost(rule.host, wanted);
  // A rule that names the host counts before a wildcard: only it may open a private address.
  return policy.allow.find((rule) => matches(rule) && normalHost(rule.host) === wanted) ?? policy.allow.find(matches);
}

/** True when the rule was written for this very address: then the person who wrote it meant it, even if it is private. */
export function namesAddress(rule: EgressRule, host: string): boolean {
  return isIP(normalHost(host)) !== 0 && normalHost(rule.host) === normalHost(host);
}

function matchesHost(pattern: string, host: string): boolean {
  const rule = normalHost(pattern);
  if (rule === '*') return true;
  if (rule.startsWith('*.')) return isIP(host) === 0 && host.endsWith(rule.slice(1)) && host.length > rule.length - 1;
  return rule === host;
}
