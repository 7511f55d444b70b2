import { expect, it } from 'vitest';
import { judge } from '../../../egress/policy.ts';
import { policyOf } from './network.ts';

const ALL = '0.0.0.0/0';
const hosts = (...given: Parameters<typeof policyOf>) => policyOf(...given).allow.map((rule) => rule.host);
const reaches = (given: Parameters<typeof policyOf>[0], host: string, address = host) =>
  judge(policyOf(given, true), { host, port: 443 }, address) === 'allowed';

it('lets everything through unless it was told otherwise', () => {
  expect(policyOf({}, true)).toEqual({ allow: [{ host: '*' }] });
  expect(policyOf({}, false)).toEqual({ allow: [] });
  expect(policyOf({ denyOut: [ALL] }, true)).toEqual({ allow: [] });
});

it('keeps what is allowed beside a denial of everything', () => {
  expect(hosts({ denyOut: [ALL], allowOut: ['pypi.org', '*.github.com', '8.8.8.0/24'] }, true)).toEqual([
    'pypi.org',
    '*.github.com',
    '8.8.8.0/24',
  ]);
  expect(hosts({ allowOut: ['pypi.org'] }, false)).toEqual(['pypi.org']);
  expect(hosts({ denyOut: [ALL], allowOut: [ALL] }, true)).toEqual(['*']);
});

it('denies single addresses and ranges, and lets what is allowed win over that', () => {
  const given = { denyOut: ['8.8.8.0/24', '1.1.1.1', '2606:4700::/32'], allowOut: ['8.8.8.8'] };
  expect(reaches(given, '8.8.8.8')).toBe(true);
  expect(reaches(given, '8.8.8.4')).toBe(false);
  expect(reaches(given, 'one.test', '1.1.1.1')).toBe(false);
  expect(reaches(given, 'one.test', '2606:4700::1111')).toBe(false);
  expect(reaches(given, 'one.test', '9.9.9.9')).toBe(true);
  expect(reaches({ denyOut: ['1.1.1.1'], allowOut: [ALL] }, '1.1.1.1')).toBe(true);
  expect(reaches({ denyOut: [ALL], allowOut: ['one.test'] }, 'one.test', '1.1.1.1')).toBe(true);
});

it('opens no private address by allowing everything', () => {
  expect(reaches({}, '169.254.169.254')).toBe(false);
  expect(reaches({ allowOut: [ALL] }, 'inner.test', '10.0.0.1')).toBe(false);
});

it('refuses what the vendor refuses, and says what it cannot do instead of doing something else', () => {
  expect(() => policyOf({ denyOut: ['bad.test'] }, true)).toThrow(/no address and no range/);
  expect(() => policyOf({ denyOut: ['1.1.1.1/40'] }, true)).toThrow(/denyOut: “1.1.1.1\/40” is not/);
  expect(() => policyOf({ allowOut: ['pypi.org'] }, true)).toThrow(/ALL_TRAFFIC/);
  expect(() => policyOf({ rules: { 'a.b': [] } }, true)).toThrow(/not done here/);
  expect(() => policyOf({ egressProxy: { address: 'a:1' } }, true)).toThrow(/not supported/);
  expect(() => policyOf({ httpsPorts: [49_983] }, true)).toThrow(/own/);
  expect(() => policyOf({ denyOut: [ALL], allowOut: ['not a host'] }, true)).toThrow(/allowOut: “not a host” is not/);
});
