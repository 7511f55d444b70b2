import type { EgressRule } from '@sandglass/protocol';

/** How much of a request is allowed: this port of the host, the host, or the host and all below it. */
export type Reach = 'port' | 'host' | 'below';

export function ruleOf({ host, port }: { readonly host: string; readonly port: number }, reach: Reach): EgressRule {
  if (reach === 'port') return { host, port };
  if (reach === 'host') return { host };
  return { host: `*.${host.split('.').slice(-2).join('.')}` };
}

/** What can be offered: an address of numbers has nothing below it. */
export const reachesOf = (host: string): readonly Reach[] =>
  /^[\d.]+$/.test(host) || host.includes(':') || host.split('.').length < 2
    ? ['port', 'host']
    : ['port', 'host', 'below'];

export const nameOfRule = (rule: EgressRule): string =>
  rule.port === undefined ? rule.host : `${rule.host}:${rule.port}`;

const same = (a: EgressRule, b: EgressRule) => a.host === b.host && a.port === b.port;

export const withRule = (allow: readonly EgressRule[], rule: EgressRule): EgressRule[] =>
  allow.some((each) => same(each, rule)) ? [...allow] : [...allow, rule];

/** Undoing takes back this rule alone: others may have been added meanwhile. */
export const withoutRule = (allow: readonly EgressRule[], rule: EgressRule): EgressRule[] =>
  allow.filter((each) => !same(each, rule));
