import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { addressOf } from './address.ts';

const at = (url: string, headers: Record<string, string> = {}, domain: string | null = null) =>
  addressOf({ url, headers } as unknown as IncomingMessage, domain);

it('lets headers decide, whatever the path is', () => {
  expect(at('/v1/sandboxes', { 'e2b-sandbox-id': 'abcd' })).toEqual({ kind: 'sandbox', id: 'abcd', port: 49_983 });
  expect(at('/', { 'e2b-sandbox-id': 'abcd', 'e2b-sandbox-port': '3000' })).toEqual({
    kind: 'sandbox',
    id: 'abcd',
    port: 3000,
  });
  expect(at('/anything', { 'x-api-key': 'k' })).toEqual({ kind: 'control' });
});

it('leaves the console and the API alone', () => {
  expect(at('/')).toEqual({ kind: 'none' });
  expect(at('/v1/sandboxes', { 'x-api-key': 'k' })).toEqual({ kind: 'none' });
  expect(at('/model/anthropic/v1/messages', { 'x-api-key': 'k' })).toEqual({ kind: 'none' });
  expect(at('/sandboxes/sbx_abc', { accept: 'text/html,*/*' })).toEqual({ kind: 'none' });
  expect(at('/sandboxes')).toEqual({ kind: 'control' });
  expect(at('/files?path=a&signature=v1_x')).toEqual({ kind: 'signed' });
  expect(at('/files?path=a')).toEqual({ kind: 'none' });
});

it('reads host names below its domain', () => {
  const domain = 'sbx.test:3443';
  expect(at('/', { host: '3000-abcd.sbx.test:3443' }, domain)).toEqual({ kind: 'sandbox', id: 'abcd', port: 3000 });
  expect(at('/v2/sandboxes', { host: 'api.sbx.test:3443' }, domain)).toEqual({ kind: 'control' });
  expect(at('/x', { ':authority': '49983-abcd.sbx.test:3443' }, domain)).toMatchObject({ kind: 'sandbox' });
  expect(at('/', { host: '3000-abcd.evil.test' }, domain)).toEqual({ kind: 'none' });
  expect(at('/', { host: '99999-abcd.sbx.test' }, domain)).toEqual({ kind: 'none' });
  expect(at('/', { host: 'evil.test', 'e2b-sandbox-id': 'abcd' }, domain)).toEqual({ kind: 'none' });
});
