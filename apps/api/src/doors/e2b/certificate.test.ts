import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { openCertificate } from './certificate.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.parse('2026-06-01T00:00:00Z');
const directory = mkdtempSync(join(tmpdir(), 'sandglass-certificate-'));
afterEach(() => rmSync(directory, { recursive: true, force: true }));
const open = (afterDays: number, domain = 'sbx.test') =>
  openCertificate(directory, domain, NOW_MS + afterDays * DAY_MS);

it('is of the names below its domain and no other, and its key is for nobody to read', async () => {
  const { certificate, key } = await open(0);
  const parsed = new X509Certificate(certificate);
  expect(['3000-abc.sbx.test', 'api.sbx.test', 'sbx.test'].map((name) => parsed.checkHost(name))).not.toContain(
    undefined,
  );
  expect(['sbx.test.evil.test', 'a.b.sbx.test', 'other.test'].map((name) => parsed.checkHost(name))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(parsed.verify(parsed.publicKey)).toBe(true);
  expect(statSync(join(directory, 'key.pem')).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(directory, 'key.pem'), 'utf8')).toBe(key);
});

it('is kept over starts, and made anew before it ends, for another domain, and where it cannot be read', async () => {
  const first = await open(0);
  expect(await open(769)).toEqual(first);
  const renewed = await open(771);
  expect(renewed.certificate).not.toBe(first.certificate);
  expect(Date.parse(new X509Certificate(renewed.certificate).validTo)).toBeGreaterThan(NOW_MS + 1_500 * DAY_MS);
  const other = await open(771, 'else.test');
  expect(new X509Certificate(other.certificate).checkHost('1-a.else.test')).toBeDefined();
  writeFileSync(join(directory, 'certificate.pem'), 'rubbish');
  expect((await open(771, 'else.test')).certificate).toContain('BEGIN CERTIFICATE');
});
