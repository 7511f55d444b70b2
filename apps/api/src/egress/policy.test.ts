import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPublicAddress } from './addresses.ts';
import { findRule, namesAddress } from './policy.ts';

const allows = (rules: { host: string; port?: number }[], host: string, port = 443) =>
  findRule({ allow: rules }, host, port) !== undefined;

test('nothing is allowed without a rule', () => {
  fc.assert(fc.property(fc.domain(), fc.integer({ min: 1, max: 65_535 }), (host, port) => !allows([], host, port)));
});

test('a rule names one host, its subdomains, or everything', () => {
  expect(allows([{ host: 'example.com' }], 'example.com')).toBe(true);
  expect(allows([{ host: 'example.com' }], 'EXAMPLE.com.')).toBe(true);
  expect(allows([{ host: 'example.com' }], 'www.example.com')).toBe(false);
  expect(allows([{ host: '*.example.com' }], 'a.b.example.com')).toBe(true);
  expect(allows([{ host: '*.example.com' }], 'example.com')).toBe(false);
  expect(allows([{ host: '*.example.com' }], 'evilexample.com')).toBe(false);
  expect(allows([{ host: '*.example.com' }], '.example.com')).toBe(false);
  expect(allows([{ host: '*' }], 'anything.test')).toBe(true);
  expect(allows([{ host: 'example.com', port: 443 }], 'example.com', 80)).toBe(false);
});

test('a name that ends in an allowed one is not that one', () => {
  fc.assert(
    fc.property(fc.domain(), fc.domain(), (host, other) => {
      fc.pre(host !== other);
      return !allows([{ host }], `${other}${host}`) && !allows([{ host }], `${host}.${other}`);
    }),
  );
});

test('only a rule that names an address opens a private one, whatever rules stand before it', () => {
  const rule = findRule({ allow: [{ host: '*' }, { host: '10.0.0.5' }] }, '10.0.0.5', 80)!;
  expect(namesAddress(rule, '10.0.0.5')).toBe(true);
  expect(namesAddress(findRule({ allow: [{ host: '*' }] }, '10.0.0.5', 80)!, '10.0.0.5')).toBe(false);
});

test('private, local, shared and reserved addresses are not public', () => {
  for (const address of [
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.255',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'ff02::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'not an address',
  ])
    expect(isPublicAddress(address), address).toBe(false);
  for (const address of ['1.1.1.1', '8.8.8.8', '172.32.0.1', '93.184.216.34', '2606:2800:220:1::1'])
    expect(isPublicAddress(address), address).toBe(true);
});
