import { expect, it } from 'vitest';
import { policyOf } from './network.ts';

const hosts = (...given: Parameters<typeof policyOf>) => policyOf(...given).allow.map((rule) => rule.host);

it('lets everything through unless it was told otherwise', () => {
  expect(hosts({}, true)).toEqual(['*']);
  expect(hosts({}, false)).toEqual([]);
  expect(hosts({ denyOut: ['0.0.0.0/0'] }, true)).toEqual([]);
});

it('keeps what is allowed beside a denial of everything', () => {
  expect(hosts({ denyOut: ['0.0.0.0/0'], allowOut: ['pypi.org', '*.github.com', '8.8.8.8/32'] }, true)).toEqual([
    'pypi.org',
    '*.github.com',
    '8.8.8.8',
  ]);
  expect(hosts({ allowOut: ['pypi.org'] }, false)).toEqual(['pypi.org']);
});

it('says what it cannot do instead of doing something else', () => {
  expect(() => policyOf({ denyOut: ['1.1.1.1'] }, true)).toThrow(/Deny 0.0.0.0\/0/);
  expect(() => policyOf({ denyOut: ['0.0.0.0/0'], allowOut: ['10.0.0.0/8'] }, true)).toThrow(/range/);
  expect(() => policyOf({ rules: { 'a.b': [] } }, true)).toThrow(/not supported/);
  expect(() => policyOf({ denyOut: ['0.0.0.0/0'], allowOut: ['not a host'] }, true)).toThrow(/allowOut/);
});
