/** The user as whom level L0 is tested when the tests themselves have root: `sandglass`, with a range of subordinate ids. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export const unprivilegedName = 'sandglass';
const firstSubordinate = 1_000_000;
const count = 65_536;

/** @returns {{ uid: number, gid: number } | undefined} undefined when the host cannot have one. */
export function ensureUnprivileged() {
  if (!find()) {
    const options = [
      '--system',
      '--user-group',
      '--no-create-home',
      '--home-dir',
      '/nonexistent',
      '--shell',
      '/usr/sbin/nologin',
    ];
    spawnSync('useradd', [...options, unprivilegedName], { stdio: 'ignore' });
  }
  const user = find();
  if (!user) return undefined;
  for (const [file, option] of [
    ['/etc/subuid', '--add-subuids'],
    ['/etc/subgid', '--add-subgids'],
  ]) {
    const text = read(file);
    if (text.split('\n').some((line) => line.startsWith(`${unprivilegedName}:`))) continue;
    const first = firstFree(text);
    spawnSync('usermod', [option, `${first}-${first + count - 1}`, unprivilegedName], { stdio: 'ignore' });
  }
  return user;
}

/** @param {string} text /etc/subuid @returns {number} start of a range that no one has */
export function firstFree(text) {
  const ends = text
    .split('\n')
    .map((line) => line.split(':'))
    .filter((parts) => parts.length === 3)
    .map(([, start, length]) => Number(start) + Number(length));
  return Math.max(firstSubordinate, ...ends);
}

/** Whether the kernel lets anyone make user namespaces, whatever is installed: without this, level L0 cannot be tested here. */
export function mayMakeNamespaces() {
  return (
    Number(read('/proc/sys/user/max_user_namespaces').trim()) > 0 &&
    read('/proc/sys/kernel/unprivileged_userns_clone').trim() !== '0' &&
    read('/proc/sys/kernel/apparmor_restrict_unprivileged_userns').trim() !== '1'
  );
}

/** Whether this user can make user namespaces with many ids: tried. @param {{ uid: number, gid: number }} user */
export function mayUnshare(user) {
  const tried = spawnSync('unshare', ['--user', '--map-root-user', '--map-auto', '--', 'true'], {
    ...user,
    encoding: 'utf8',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
  });
  return { ok: tried.status === 0, reason: (tried.stderr || tried.error?.message || '').trim() };
}

function find() {
  const line = read('/etc/passwd')
    .split('\n')
    .find((entry) => entry.startsWith(`${unprivilegedName}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined;
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
