/** Which addresses are on the public internet. A name that resolves to any other must not lead a sandbox into this host's networks. */
import { BlockList, isIP } from 'node:net';

const notPublic4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const;
// Within 2000::/3: Teredo, documentation and 6to4, which carry other addresses inside.
const notPublic6 = [
  ['2001::', 32],
  ['2001:db8::', 32],
  ['2002::', 16],
] as const;
const GLOBAL_6_PREFIX = 3;

const notPublic = new BlockList();
for (const [network, prefix] of notPublic4) notPublic.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of notPublic6) notPublic.addSubnet(network, prefix, 'ipv6');
const global6 = new BlockList();
global6.addSubnet('2000::', GLOBAL_6_PREFIX, 'ipv6');

export function isPublicAddress(address: string): boolean {
  const plain = address.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '');
  const kind = isIP(plain);
  if (kind === 4) return !notPublic.check(plain, 'ipv4');
  // Mapped and translated IPv4 (::ffff:…, 64:ff9b::…) lies outside 2000::/3 and is refused with the rest.
  return kind === 6 && global6.check(plain, 'ipv6') && !notPublic.check(plain, 'ipv6');
}

/** True when no address of the range is public. */
export function isPrivateRange(network: string, prefix: number): boolean {
  if (isIP(network) === 4) return notPublic4.some((one) => one[1] <= prefix && contains(one, network, 'ipv4'));
  return (
    (prefix >= GLOBAL_6_PREFIX && !global6.check(network, 'ipv6')) ||
    notPublic6.some((one) => one[1] <= prefix && contains(one, network, 'ipv6'))
  );
}

function contains([network, prefix]: readonly [string, number], address: string, kind: 'ipv4' | 'ipv6'): boolean {
  const list = new BlockList();
  list.addSubnet(network, prefix, kind);
  return list.check(address, kind);
}
