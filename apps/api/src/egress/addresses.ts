/** Which addresses are on the public internet. A name that resolves to any other must not lead a sandbox into this host's networks. */
import { BlockList, isIP } from 'node:net';

const notPublic = new BlockList();
for (const [network, prefix] of [
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
] as const)
  notPublic.addSubnet(network, prefix, 'ipv4');
// Within 2000::/3: Teredo, documentation and 6to4, which carry other addresses inside.
for (const [network, prefix] of [
  ['2001::', 32],
  ['2001:db8::', 32],
  ['2002::', 16],
] as const)
  notPublic.addSubnet(network, prefix, 'ipv6');
const global6 = new BlockList();
global6.addSubnet('2000::', 3, 'ipv6');

export function isPublicAddress(address: string): boolean {
  const plain = address.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '');
  const kind = isIP(plain);
  if (kind === 4) return !notPublic.check(plain, 'ipv4');
  // Mapped and translated IPv4 (::ffff:…, 64:ff9b::…) lies outside 2000::/3 and is refused with the rest.
  return kind === 6 && global6.check(plain, 'ipv6') && !notPublic.check(plain, 'ipv6');
}
