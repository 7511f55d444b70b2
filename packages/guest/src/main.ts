/** The guest's beginning. Reads its environment and forgets it, so that no child ever sees the secret. */
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { guestProtocolVersion } from '@sandglass/protocol/guestFrame';
import { Accounts } from './accounts.ts';
import { Link } from './link.ts';
import { Session } from './session.ts';

const MEGABYTE = 1024 * 1024;

function take(name: string): string | undefined {
  const value = process.env[name];
  delete process.env[name];
  return value;
}

const port = Number(take('SANDGLASS_GUEST_PORT'));
const secret = take('SANDGLASS_GUEST_SECRET') ?? '';
const user = take('SANDGLASS_GUEST_USER') ?? 'user';
const pipesDirectory = take('SANDGLASS_GUEST_PIPES');
const servicesDirectory = take('SANDGLASS_GUEST_SERVICES') ?? '/opt/sandglass';
if (!Number.isInteger(port) || port < 1 || port > 65_535 || secret === '') {
  process.stderr.write('The guest needs SANDGLASS_GUEST_PORT and SANDGLASS_GUEST_SECRET.\n');
  process.exit(64);
}

// The kernel copies the guest's page tables for each program it starts: what V8 would let its young objects grow to by the
// thousandth command made each of them half a millisecond slower.
setFlagsFromString('--semi-space-growth-factor=1');

// Files we make have the modes we say; what children make is their shell's business.
process.umask(0o022);
try {
  process.setgroups?.([]);
} catch {
  // Not root here, or a namespace that denies it.
}

const session = new Session({
  accounts: new Accounts(),
  user,
  servicesDirectory,
  ...(pipesDirectory === undefined ? {} : { pipesDirectory }),
  hiddenPorts: new Set([port]),
  ownsMachine: process.argv[1] === '/opt/sandglass/guest/guest.cjs',
  openLink: (peer) =>
    new Link(
      {
        host: '127.0.0.1',
        port,
        secret,
        bootId: readFileSync('/proc/sys/kernel/random/uuid', 'latin1').trim(),
        version: guestProtocolVersion,
        bufferBytes: 4 * MEGABYTE,
        totalBufferBytes: 48 * MEGABYTE,
      },
      peer,
    ),
});

// A fault in one operation must not end the sandbox.
process.on('uncaughtException', () => {});
process.on('unhandledRejection', () => {});
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => process.exit(0));
session.start();
