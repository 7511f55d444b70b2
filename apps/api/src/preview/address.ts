import { isIP } from 'node:net';
import { AppError, SandboxId } from '@sandglass/protocol';

/** What a preview shows: a port of a sandbox. */
export interface PreviewTarget {
  readonly sandbox: SandboxId;
  readonly port: number;
}

/** `8000-7k2mq4fj5a`: the first label of a preview's host name. */
export function previewLabel({ sandbox, port }: PreviewTarget): string {
  return `${port}-${sandbox.slice('sbx_'.length)}`;
}

/** The target named by a Host header, when what follows the label is one of `domains`; null for every other host. */
export function parsePreviewHost(header: string | undefined, domains: ReadonlySet<string>): PreviewTarget | null {
  const match = /^(\d{1,5})-([a-z2-7]{4,26})\.([a-z0-9.-]+?)(?::\d{1,5})?$/.exec(header?.toLowerCase() ?? '');
  if (!match || !domains.has(match[3]!)) return null;
  const port = Number(match[1]);
  const sandbox = SandboxId.safeParse(`sbx_${match[2]}`);
  return sandbox.success && port >= 1 && port <= 65_535 ? { sandbox: sandbox.data, port } : null;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\]|([a-z0-9-]+\.)*localhost)$/;

/**
 * The domain below which a preview is reachable for someone who reached the server under `host` (a Host header).
 * @throws AppError `unprocessable` when there can be none: an address has no names below it.
 */
export function previewDomain(host: string, options: { domain: string | null; names: ReadonlySet<string> }): string {
  const name = host.toLowerCase().replace(/:\d{1,5}$/, '');
  if (LOOPBACK.test(name)) return 'localhost';
  if (options.domain !== null) return options.domain;
  if (isIP(name.replace(/^\[|\]$/g, '')) === 0 && options.names.has(name)) return name;
  throw new AppError(
    'unprocessable',
    'Previews need a host name of their own, and this server was reached by its address. Open the console on localhost (an SSH tunnel will do), or start the server with SANDGLASS_PREVIEW_DOMAIN.',
  );
}
