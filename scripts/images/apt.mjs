/** How this host reaches its Debian mirror: read from apt's own configuration, so that an image build goes the same way. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {{ uri: string, release: string, component: string, origin?: string, codename?: string, sourcesFile?: string }} IndexTarget
 * @typedef {{ codename: string, architecture: string, sources: string[], options: string[], keyrings: string[] }} HostApt
 */

/** Stanzas of `apt-get indextargets` that describe binary package lists.
 * @param {string} text @returns {IndexTarget[]} */
export function parseIndexTargets(text) {
  const targets = [];
  for (const stanza of text.split(/\n\s*\n/)) {
    const field = (name) => new RegExp(`^${name}: (.+)$`, 'm').exec(stanza)?.[1]?.trim();
    const [uri, release, component] = [field('Repo-URI'), field('Release'), field('Component')];
    if (field('Created-By') !== 'Packages' || !uri || !release || !component) continue;
    targets.push({
      uri,
      release,
      component,
      origin: field('Origin'),
      codename: field('Codename'),
      sourcesFile: field('Sourcesentry')?.replace(/:\d+$/, ''),
    });
  }
  return targets;
}

/** Debian's own lists for the host's release; third-party lists have no place in an image.
 * @param {IndexTarget[]} targets @param {string} codename */
export function selectDebian(targets, codename) {
  return targets.filter((target) => {
    if (target.origin && target.origin !== 'Debian') return false;
    return (target.codename ?? target.release).startsWith(codename);
  });
}

/** One-line sources, one per uri and suite. @param {IndexTarget[]} targets */
export function sourceLines(targets) {
  const lines = new Map();
  for (const { uri, release, component } of targets) {
    const key = `${uri} ${release}`;
    lines.set(key, [...new Set([...(lines.get(key) ?? []), component])]);
  }
  return [...lines].map(([key, components]) => `deb ${key} ${components.join(' ')}`);
}

/** What a sandbox may see of a source: no credentials in the address. @param {string} line */
export function withoutCredentials(line) {
  return line.replace(/(\w+:\/\/)[^/@\s]+@/, '$1');
}

const carried = /^Acquire::(http|https|ftp|Retries|Check-|ForceIPv|Max-ValidTime|AllowInsecure|AllowWeak)/;

/** Settings of the host's apt that decide whether its mirror can be reached and trusted. @param {string} dump */
export function carriedOptions(dump) {
  return dump.split('\n').filter((line) => carried.test(line) && !/ "";$/.test(line));
}

/** @returns {HostApt} @throws when apt knows no Debian source for the host's own release. */
export function hostApt() {
  const release = readFileSync('/etc/os-release', 'utf8');
  const codename = /^VERSION_CODENAME="?(\w+)/m.exec(release)?.[1];
  if (!codename)
    throw new Error(
      'This Debian names no release (VERSION_CODENAME in /etc/os-release), so there is no suite to build from.',
    );
  const run = (command, args) =>
    execFileSync(command, args, { encoding: 'utf8', maxBuffer: 64e6, env: { ...process.env, LC_ALL: 'C' } });
  const targets = selectDebian(parseIndexTargets(run('apt-get', ['indextargets'])), codename);
  if (targets.length === 0)
    throw new Error(`apt has no Debian source for ${codename}: check the files in /etc/apt and run apt-get update.`);
  return {
    codename,
    architecture: run('dpkg', ['--print-architecture']).trim(),
    sources: sourceLines(targets),
    options: carriedOptions(run('apt-config', ['dump'])),
    keyrings: keyringsOf(targets),
  };
}

function keyringsOf(targets) {
  const found = new Set();
  for (const file of new Set(targets.map((target) => target.sourcesFile))) {
    if (!file || !existsSync(file)) continue;
    for (const match of readFileSync(file, 'utf8').matchAll(/signed-by[:=]\s*([^\s\],]+)/gi))
      if (match[1].startsWith('/')) found.add(match[1]);
  }
  for (const folder of ['/etc/apt/trusted.gpg.d', '/usr/share/keyrings']) {
    if (!existsSync(folder)) continue;
    for (const name of readdirSync(folder))
      if (/^debian-archive.*\.(gpg|asc)$/.test(name)) found.add(join(folder, name));
  }
  return [...found].filter((path) => existsSync(path));
}
