import { expect, it } from 'vitest';
import type { LogEvent } from './event.ts';
import { isNoise, isNoisyPath } from './noise.ts';

it.each([
  '/home/user/.cache/chromium-profile/Default/Cache/f_000001',
  '/home/user/.config/chromium-profile/Local State',
  '/root/.cache',
  '/tmp/.org.chromium.Chromium.x',
  '/var/lib/dpkg/status',
  '/etc/hosts',
  '/home/user/app/__pycache__/discount.cpython-311.pyc',
  '/home/user/app/.git/index',
  '/home/user/app/node_modules/a/index.js',
  '/home/user/app/.main.py.swp',
])('leaves out %s', (path) => expect(isNoisyPath(path)).toBe(true));

it.each([
  '/home/user/app/main.py',
  '/home/user/.bashrc',
  '/etc/nginx/nginx.conf',
  '/home/user/.gitignore',
  '/srv/var/a',
  '/home/user/tmp/a',
])('shows %s', (path) => expect(isNoisyPath(path)).toBe(false));

it('is noise only when every change is', () => {
  const changed = (...paths: string[]) =>
    ({
      kind: 'file.changed',
      data: { dropped: 0, changes: paths.map((path) => ({ path, kind: 'modified', directory: false })) },
    }) as unknown as LogEvent;
  expect(isNoise(changed('/tmp/a', '/var/b'))).toBe(true);
  expect(isNoise(changed('/tmp/a', '/home/user/a'))).toBe(false);
});
