/** The certificate of the names below the door's domain: our own, made once and kept, for clients that are told to trust it. */
import { X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificate {
  /** PEM texts. */
  readonly certificate: string;
  readonly key: string;
}

const DAY_MS = 86_400_000;
/** Some systems trust none that lasts longer. */
const LASTS_DAYS = 800;
const RENEWED_BEFORE_DAYS = 30;

export async function openCertificate(directory: string, domain: string, nowMs: number): Promise<Certificate> {
  const files = { certificate: join(directory, 'certificate.pem'), key: join(directory, 'key.pem') };
  const kept = readKept(files);
  if (kept && isGood(kept.certificate, domain, nowMs)) return kept;
  // Wanted once in two years: a start need not wait for its two hundred files.
  const { generate } = await import('selfsigned');
  const made = await generate([{ name: 'commonName', value: domain }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(nowMs - DAY_MS),
    notAfterDate: new Date(nowMs + LASTS_DAYS * DAY_MS),
    extensions: [
      // Its own authority, of nothing but itself: so that it can be given to clients as one.
      { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: domain },
          { type: 2, value: `*.${domain}` },
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  const certificate: Certificate = { certificate: made.cert, key: made.private };
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(files.key, certificate.key, { mode: 0o600 });
  writeFileSync(files.certificate, certificate.certificate, { mode: 0o644 });
  return certificate;
}

function readKept(files: { certificate: string; key: string }): Certificate | undefined {
  try {
    return { certificate: readFileSync(files.certificate, 'utf8'), key: readFileSync(files.key, 'utf8') };
  } catch {
    return undefined;
  }
}

function isGood(certificate: string, domain: string, nowMs: number): boolean {
  try {
    const parsed = new X509Certificate(certificate);
    const untilMs = Date.parse(parsed.validTo);
    return parsed.checkHost(`1-a.${domain}`) !== undefined && untilMs > nowMs + RENEWED_BEFORE_DAYS * DAY_MS;
  } catch {
    return false;
  }
}
