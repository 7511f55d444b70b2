import { expect, it } from 'vitest';
import { reachesOf, ruleOf, withoutRule, withRule } from './allowing.ts';

it('allows as much as was asked for, and takes back only that', () => {
  const request = { host: 'api.example.com', port: 443 };
  expect(ruleOf(request, 'port')).toEqual({ host: 'api.example.com', port: 443 });
  expect(ruleOf(request, 'below')).toEqual({ host: '*.example.com' });
  const rule = ruleOf(request, 'host');
  const allow = withRule([{ host: 'a.b' }], rule);
  expect(withRule(allow, rule)).toEqual(allow);
  expect(withoutRule([...allow, { host: 'c.d' }], rule)).toEqual([{ host: 'a.b' }, { host: 'c.d' }]);
});

it('offers nothing below an address or a bare name', () => {
  expect(reachesOf('10.0.0.1')).toEqual(['port', 'host']);
  expect(reachesOf('localhost')).toEqual(['port', 'host']);
  expect(reachesOf('example.com')).toContain('below');
});
