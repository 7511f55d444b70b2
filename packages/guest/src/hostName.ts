import { readFile, writeFile } from 'node:fs/promises';

/** The names a program asks for when it wants to know where it is. The kernel's own is the keeper's to set. */
export async function nameHost(name: string): Promise<void> {
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/.test(name)) return;
  await writeFile('/etc/hostname', `${name}\n`).catch(() => {});
  const actual = (await readFile('/proc/sys/kernel/hostname', 'utf8').catch(() => '')).trim();
  const names = [...new Set(['localhost', actual, name])].filter((n) => n !== '').join(' ');
  await writeFile('/etc/hosts', `127.0.0.1 ${names}\n::1 localhost ip6-localhost ip6-loopback\n`).catch(() => {});
}
