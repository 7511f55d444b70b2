/** Tells whether something built is still what its sources say, by content and not by date. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const skipped = new Set(['node_modules', 'dist', 'test', '.cache', 'storybook-static']);
const isTest = (name) => /\.(test|stories)\.tsx?$/.test(name);

/**
 * @param {string} root @param {string[]} inputs files and folders below it
 * @param {{ withTests?: boolean }} [options] `withTests`: tests and stories are part of what is built
 * @returns {string} hexadecimal digest of names and contents
 */
export function digestOf(root, inputs, { withTests = false } = {}) {
  const hash = createHash('sha256').update(process.versions.node.split('.')[0]);
  for (const input of inputs) addPath(hash, root, join(root, input), withTests);
  return hash.digest('hex').slice(0, 24);
}

function addPath(hash, root, path, withTests) {
  if (!existsSync(path)) return;
  const entries = foldersEntries(path);
  if (!entries) {
    hash.update(`${relative(root, path)}\0`).update(readFileSync(path));
    return;
  }
  for (const entry of entries) {
    if (skipped.has(entry.name) || (!withTests && isTest(entry.name))) continue;
    const child = join(path, entry.name);
    if (entry.isDirectory()) addPath(hash, root, child, withTests);
    else hash.update(`${relative(root, child)}\0`).update(readFileSync(child));
  }
}

function foldersEntries(path) {
  try {
    return readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (error.code === 'ENOTDIR') return undefined;
    throw error;
  }
}

const stampName = '.built-from';

/** @param {string} folder what was built @param {string} digest */
export function isFresh(folder, digest) {
  try {
    return readFileSync(join(folder, stampName), 'utf8') === digest;
  } catch {
    return false;
  }
}

/** @param {string} folder @param {string} digest */
export function stamp(folder, digest) {
  writeFileSync(join(folder, stampName), digest);
}
