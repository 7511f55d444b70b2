import { BlockList, isIP } from 'node:net';
import type { EgressPolicy, EgressRule } from '@sandglass/protocol';
import { isPrivateRange, isPublicAddress } from './addresses.ts';
import type { Target } from './passage.ts';

/**
 * What the rules say of one address. In this order: a rule that allows it by name, address or range; a rule that denies it; `*`.
 * `unnamed`: no rule allows it. `private`: allowed, but it is no public address and no rule means it as such.
 */
export type Judgement = 'allowed' | 'unnamed' | 'denied' | 'private';

/** Lower case, no brackets, no final dot. */
export function normalHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}

/** Before its name is looked up: `allowed` when some address of it could be. Of an address this is all there is to say. */
export function judgeTarget(policy: EgressPolicy, target: Target): Judgement {
  if (isIP(target.host) !== 0) return judge(policy, target, target.host);
  const { allow, deny } = compiled(policy);
  const here = allow.filter((rule) => rule.isFor(target.port));
  if (here.some((rule) => !rule.isEverything && (rule.isRange || rule.names(target.host)))) return 'allowed';
  if (deny.some((rule) => rule.isFor(target.port) && rule.names(target.host))) return 'denied';
  return here.some((rule) => rule.isEverything) ? 'allowed' : 'unnamed';
}

/** `address`: what the target's host is, or leads to. */
export function judge(policy: EgressPolicy, { host, port }: Target, address: string): Judgement {
  const { allow, deny } = compiled(policy);
  const isMeant = (rule: Rule) => rule.isFor(port) && (rule.names(host) || rule.covers(address));
  const here = allow.filter(isMeant);
  if (here.every((rule) => rule.isEverything)) {
    if (deny.some(isMeant)) return 'denied';
    if (here.length === 0) return 'unnamed';
  }
  return isPublicAddress(address) || here.some((rule) => rule.meansPrivate && rule.covers(address))
    ? 'allowed'
    : 'private';
}

interface Rule {
  readonly isEverything: boolean;
  readonly isRange: boolean;
  /** It was written for these very addresses: then the person who wrote it meant them, even if they are private. */
  readonly meansPrivate: boolean;
  isFor(port: number): boolean;
  names(host: string): boolean;
  covers(address: string): boolean;
}

/** A policy is replaced, never changed, and asked for each request. */
const known = new WeakMap<EgressPolicy, { allow: readonly Rule[]; deny: readonly Rule[] }>();

function compiled(policy: EgressPolicy) {
  const found = known.get(policy);
  if (found) return found;
  const made = { allow: policy.allow.map(compile), deny: (policy.deny ?? []).map(compile) };
  known.set(policy, made);
  return made;
}

function compile(rule: EgressRule): Rule {
  const host = normalHost(rule.host);
  const [network = '', length] = host.split('/');
  const kind = isIP(network);
  const isFor = (port: number) => rule.port === undefined || rule.port === port;
  if (kind === 0)
    return {
      isEverything: host === '*',
      isRange: false,
      meansPrivate: false,
      isFor,
      names: (name) => matchesName(host, name),
      covers: () => false,
    };
  const family = kind === 4 ? 'ipv4' : 'ipv6';
  const prefix = Number(length ?? (kind === 4 ? 32 : 128));
  const list = new BlockList();
  list.addSubnet(network, prefix, family);
  return {
    isEverything: false,
    isRange: length !== undefined,
    meansPrivate: length === undefined || isPrivateRange(network, prefix),
    isFor,
    names: (name) => name === host,
    // Of the same family alone: a mapped address is none of the range that it maps to.
    covers: (address) => isIP(address) === kind && list.check(address, family),
  };
}

function matchesName(pattern: string, host: string): boolean {
  if (pattern === '*') return true;
  if (pattern.startsWith('*.'))
    return isIP(host) === 0 && host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1;
  return pattern === host;
}
