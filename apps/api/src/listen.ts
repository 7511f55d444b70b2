import { isIP } from 'node:net';
import { AppError } from '@sandglass/protocol';

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** @throws AppError `badRequest` when a reachable address would be bound without TLS and nobody said that this is meant. */
export function checkBinding(options: { host: string; tls: boolean; insecureHost: boolean }): void {
  if (isLoopback(options.host) || options.tls || options.insecureHost) return;
  throw new AppError(
    'badRequest',
    `Others could read the token on the way to ${options.host}. Give --tls-cert and --tls-key, or say --allow-public if the network is trusted (a VPN, a TLS proxy in front).`,
  );
}

/** The URL to open. The token is in the fragment, which browsers do not send: it reaches no log. */
export function consoleUrl(options: { host: string; port: number; tls: boolean; token: string }): string {
  const any = options.host === '0.0.0.0' || options.host === '::';
  const name = any ? '127.0.0.1' : isIP(options.host) === 6 ? `[${options.host}]` : options.host;
  return `${options.tls ? 'https' : 'http'}://${name}:${options.port}/#token=${encodeURIComponent(options.token)}`;
}
