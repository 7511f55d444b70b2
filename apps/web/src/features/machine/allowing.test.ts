import { expect, it } from 'vitest';
import { reachesOf, ruleOf, withoutRule, withRule } from './allowing.ts';

it('allows as much as was asked for, and takes back only that', () => {
  const request = { host: 'api.example.com', port: 443 };
  expect(ruleOf(request, 'port')).toEqual({ host: 'api.example.com', port: 443 });
  expect(ruleOf(request, 'below')).toEqual({ host: '*.example.com' });
  const rule = ruleOf(request, 'host');
  const deny = [{ host: '10.0.0.0/8' }];
  const policy = withRule({ allow: [{ host: 'a.b' }], deny }, rule);
  expect(withRule(policy, rule)).toEqual(policy);
  const later = { ...policy, allow: [...policy.allow, { host: 'c.d' }] };
  expect(withoutRule(later, rule)).toEqual({ allow: [{ host: 'a.b' }, { host: 'c.d' }], deny });
});

it('offers nothing below an address or a bare name', () => {
  expect(reachesOf('10.0.0.1')).toEqual(['port', 'host']);
  expect(reachesOf('localhost')).toEqual(['port', 'host']);
  expect(reachesOf('example.com')).toContain('below');
});
