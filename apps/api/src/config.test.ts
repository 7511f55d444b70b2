import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

test('every setting has a default that is safe', () => {
  expect(readConfig({ HOME: '/home/someone' })).toMatchObject({
    host: '127.0.0.1',
    port: 8765,
    previewPort: null,
    allowPublic: false,
    tls: null,
    token: undefined,
    driver: 'local',
    json: false,
  });
});

test('settings are read once and said by name when they are wrong', () => {
  expect(readConfig({ SANDGLASS_PORT: '0', SANDGLASS_WARM: 'base=3,desktop=0', SANDGLASS_JSON: '1' })).toMatchObject({
    port: 0,
    warm: { base: 3, desktop: 0 },
    json: true,
  });
  expect(readConfig({ SANDGLASS_ALLOWED_HOSTS: 'a.test, b.test,' }).allowedHosts).toEqual(['a.test', 'b.test']);
  expect(() => readConfig({ SANDGLASS_PORT: 'many' })).toThrow(/SANDGLASS_PORT/);
  expect(() => readConfig({ SANDGLASS_TLS_CERT: '/a' })).toThrow(/belong together/);
  expect(readConfig({ SANDGLASS_DATA_DIR: 'relative' }).dataDir).toMatch(/^\//);
});
