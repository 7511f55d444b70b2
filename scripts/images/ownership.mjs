/** Moves a tree between the host's uids and a sandbox's mapped ones, keeping what chown takes away: setuid bits and file capabilities. */
import { spawnSync } from 'node:child_process';
import { chmodSync, lchownSync, lstatSync, opendirSync } from 'node:fs';
import { join } from 'node:path';

/** Host uid that a sandbox's root is mapped to, and how many follow it. */
export const mappedFrom = 100_000;
const mappedCount = 65_536;

/** Adds `by` to every owner and group. Entries that are already on the wanted side are left alone, so it can be repeated.
 * @param {string} root @param {number} by `+mappedFrom` or `-mappedFrom` @returns {{ entries: number, sizeBytes: number }} */
export function shiftOwnership(root, by) {
  const capabilities = readCapabilities(root);
  const seen = new Set();
  const totals = { entries: 0, sizeBytes: 0 };
  const shifted = (id) => (by > 0 ? (id < mappedCount ? id + by : id) : id >= mappedFrom ? id + by : id);
  const visit = (path) => {
    const stat = lstatSync(path);
    if (stat.nlink > 1 && !stat.isDirectory()) {
      if (seen.has(stat.ino)) return;
      seen.add(stat.ino);
    }
    totals.entries += 1;
    totals.sizeBytes += stat.blocks * 512;
    lchownSync(path, shifted(stat.uid), shifted(stat.gid));
    if (!stat.isSymbolicLink() && stat.mode & 0o7000) chmodSync(path, stat.mode & 0o7777);
    if (!stat.isDirectory()) return;
    const folder = opendirSync(path);
    for (let entry = folder.readSync(); entry; entry = folder.readSync()) visit(join(path, entry.name));
    folder.closeSync();
  };
  visit(root);
  for (const { path, capability } of capabilities) {
    const options = by > 0 ? ['-n', String(mappedFrom)] : [];
    spawnSync('setcap', [...options, capability, path]);
  }
  return totals;
}

/** Lines of `getcap -r`: "path cap_net_raw=ep", with " [rootid=…]" in mapped trees. */
function readCapabilities(root) {
  const listing = spawnSync('getcap', ['-r', '-n', root], { encoding: 'utf8', maxBuffer: 16e6 }).stdout ?? '';
  return parseCapabilities(listing);
}

/** @param {string} listing @returns {{ path: string, capability: string }[]} */
export function parseCapabilities(listing) {
  return listing.split('\n').flatMap((line) => {
    const match = /^(.+?) (?:= )?(cap_[\w,]+[=+][eip]+)(?: \[rootid=\d+\])?$/.exec(line);
    return match ? [{ path: match[1], capability: match[2] }] : [];
  });
}
