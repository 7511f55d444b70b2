import type { EgressPolicy, EgressRule } from '@sandglass/protocol';

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

const same = (a: EgressRule, b: EgressRule) => a.host === b.host && a.port === b.port;

export const withRule = (policy: EgressPolicy, rule: EgressRule): EgressPolicy => ({
  ...policy,
  allow: policy.allow.some((each) => same(each, rule)) ? [...policy.allow] : [...policy.allow, rule],
});

/** Undoing takes back this rule alone: others may have been added meanwhile. */
export const withoutRule = (policy: EgressPolicy, rule: EgressRule): EgressPolicy => ({
  ...policy,
  allow: policy.allow.filter((each) => !same(each, rule)),
});
