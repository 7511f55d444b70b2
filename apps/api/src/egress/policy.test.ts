import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPrivateRange, isPublicAddress } from './addresses.ts';
import { judge, judgeTarget } from './policy.ts';

type Rules = { host: string; port?: number }[];
const allows = (rules: Rules, host: string, port = 443) => judgeTarget({ allow: rules }, { host, port }) === 'allowed';
const judged = (allow: string[], deny: string[], host: string, address = host) =>
  judge(
    { allow: allow.map((each) => ({ host: each })), deny: deny.map((each) => ({ host: each })) },
    { host, port: 443 },
    address,
  );

test('nothing is allowed without a rule', () => {
  fc.assert(fc.property(fc.domain(), fc.integer({ min: 1, max: 65_535 }), (host, port) => !allows([], host, port)));
});

test('a rule names one host, its subdomains, or everything', () => {
  expect(allows([{ host: 'example.com' }], 'example.com')).toBe(true);
  expect(allows([{ host: 'EXAMPLE.com.' }], 'example.com')).toBe(true);
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

test('what is allowed by name or address wins over what is denied, and that over *', () => {
  expect(judged(['*'], ['1.1.1.1'], '1.1.1.1')).toBe('denied');
  expect(judged(['*'], ['1.1.1.1'], '1.0.0.1')).toBe('allowed');
  expect(judged(['*', '1.1.1.1'], ['1.0.0.0/8'], '1.1.1.1')).toBe('allowed');
  expect(judged(['1.1.0.0/16'], ['1.1.1.1'], '1.1.1.1')).toBe('allowed');
  expect(judged(['one.test'], ['0.0.0.0/0'], 'one.test', '1.1.1.1')).toBe('allowed');
  expect(judged(['*'], ['0.0.0.0/0', '::/0'], 'two.test', '2606:4700::1111')).toBe('denied');
  expect(judged(['*'], ['*.two.test'], 'a.two.test', '1.1.1.1')).toBe('denied');
  expect(judged([], [], 'one.test', '1.1.1.1')).toBe('unnamed');
});

test('allow wins over deny for whatever addresses and ranges', () => {
  const address = fc.ipV4();
  fc.assert(
    fc.property(address, fc.integer({ min: 0, max: 32 }), fc.integer({ min: 0, max: 32 }), (at, wide, narrow) => {
      fc.pre(isPublicAddress(at));
      return (
        judged([`${at}/${wide}`], [`${at}/${narrow}`], at) === 'allowed' &&
        judged(['*'], [`${at}/${narrow}`], at) === 'denied'
      );
    }),
  );
});

test('a range holds for where a name leads, and for its port alone', () => {
  expect(judged(['8.8.8.0/24'], [], 'dns.test', '8.8.8.8')).toBe('allowed');
  expect(judged(['8.8.8.0/24'], [], 'dns.test', '8.8.9.8')).toBe('unnamed');
  expect(judged(['*'], ['8.8.8.0/24'], 'dns.test', '8.8.8.8')).toBe('denied');
  const policy = {
    allow: [
      { host: '8.8.8.0/24', port: 53 },
      { host: '*', port: 443 },
    ],
    deny: [{ host: '*.bad.test' }],
  };
  expect(judge(policy, { host: 'dns.test', port: 53 }, '8.8.8.8')).toBe('allowed');
  expect(judge(policy, { host: 'dns.test', port: 80 }, '8.8.8.8')).toBe('unnamed');
  // Looked up only where some address of it could be allowed.
  expect(judgeTarget(policy, { host: 'secret.test', port: 80 })).toBe('unnamed');
  expect(judgeTarget(policy, { host: 'a.bad.test', port: 443 })).toBe('denied');
  expect(judgeTarget(policy, { host: 'dns.test', port: 53 })).toBe('allowed');
});

test('only a rule that names an address opens a private one, or a range that holds no other', () => {
  expect(judged(['*', '10.0.0.5'], [], '10.0.0.5')).toBe('allowed');
  expect(judged(['*'], [], '10.0.0.5')).toBe('private');
  expect(judged(['0.0.0.0/0', '::/0'], [], '10.0.0.5')).toBe('private');
  expect(judged(['0.0.0.0/0', '::/0'], [], '::1')).toBe('private');
  expect(judged(['inner.test'], [], 'inner.test', '127.0.0.1')).toBe('private');
  expect(judged(['10.0.0.0/16'], [], '10.0.1.5')).toBe('allowed');
  expect(judged(['10.0.0.0/16'], [], '::ffff:10.0.1.5')).toBe('unnamed');
  expect([isPrivateRange('10.0.0.0', 8), isPrivateRange('10.0.0.0', 7), isPrivateRange('8.8.8.0', 24)]).toEqual([
    true,
    false,
    false,
  ]);
  expect([isPrivateRange('fd00::', 8), isPrivateRange('::', 0), isPrivateRange('2001:db8::', 48)]).toEqual([
    true,
    false,
    true,
  ]);
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
