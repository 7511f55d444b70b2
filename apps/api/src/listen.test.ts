import { expect, it } from 'vitest';
import { checkBinding, consoleUrl } from './listen.ts';

it('binds a reachable address only with TLS or when told', () => {
  for (const host of ['127.0.0.1', '127.5.0.1', 'localhost', '::1'])
    expect(() => checkBinding({ host, tls: false, insecureHost: false })).not.toThrow();
  for (const host of ['0.0.0.0', '::', '192.168.1.4', 'box.example', '1270.0.0.1', '127.0.0.1.evil.example']) {
    expect(() => checkBinding({ host, tls: false, insecureHost: false })).toThrow('--tls-cert');
    expect(() => checkBinding({ host, tls: true, insecureHost: false })).not.toThrow();
    expect(() => checkBinding({ host, tls: false, insecureHost: true })).not.toThrow();
  }
});

it('puts the token where browsers send it to nobody', () => {
  const url = new URL(consoleUrl({ host: '::', port: 4600, tls: true, token: 'a b' }));
  expect([url.origin, url.search, url.hash]).toEqual(['https://127.0.0.1:4600', '', '#token=a%20b']);
  expect(consoleUrl({ host: '::1', port: 1, tls: false, token: 'x' })).toBe('http://[::1]:1/#token=x');
});
