/** Memory checkpoints by CRIU, driven through runc: where it is, how it is told what to do, and why it failed. */
import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Told by the environment, built beside the pool, or the host's own; whether it works is for the self-test to say. */
export function findCriu(pool: string, environment: NodeJS.ProcessEnv): string | null {
  const inPath = (environment.PATH ?? '').split(':').map((folder) => `${folder}/criu`);
  for (const path of [environment.SANDGLASS_CRIU, `${pool}.criu/criu`, ...inPath]) {
    if (!path) continue;
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {}
  }
  return null;
}

/** runc takes the first `criu` of its PATH. */
export const pathWith = (criu: string | null): string =>
  criu ? `${dirname(criu)}:${process.env.PATH ?? ''}` : (process.env.PATH ?? '');

/** The annotation by which runc tells CRIU to read a configuration of the sandbox's own instead of the host's. */
export const CONFIGURATION = 'org.criu.config';

/** The source keeps its connections, the copy finds them closed: the guest then dials home anew. */
export function writeConfiguration(path: string, use: 'dump' | 'restore'): void {
  const lines = [
    // Files that were deleted while open are kept with the memory, up to 1 GiB each.
    'ghost-limit 1073741824',
    'file-locks',
    'link-remap',
    // Nothing can come in from outside while it stands: its network ends at its own loopback.
    'network-lock skip',
    use === 'dump' ? 'tcp-established' : 'tcp-close',
  ];
  writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o600 });
}

/** It cannot raise a limit of its own where root may not, and goes on without. */
const HARMLESS = /RLIMIT_NOFILE/;

/** The first error CRIU wrote down: what follows it are consequences. */
export function firstComplaint(log: string): string {
  try {
    const line = readFileSync(log, 'utf8')
      .split('\n')
      .find((entry) => /Error \(/.test(entry) && !HARMLESS.test(entry));
    return line?.replace(/^.*?Error \([^)]*\): /, '').trim() ?? '';
  } catch {
    return '';
  }
}
