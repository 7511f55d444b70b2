import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';

/** The names a program asks for when it wants to know where it is. The kernel's own is the keeper's to set. */
export async function nameHost(name: string): Promise<void> {
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/.test(name)) return;
  const names = [...new Set(['localhost', hostname(), name])].filter((n) => n !== '').join(' ');
  // Both at once: whoever asked for the sandbox waits for them.
  await Promise.all([
    writeFile('/etc/hostname', `${name}\n`).catch(() => {}),
    writeFile('/etc/hosts', `127.0.0.1 ${names}\n::1 localhost ip6-localhost ip6-loopback\n`).catch(() => {}),
  ]);
}
