import { expect, it } from 'vitest';
import { carriedOptions, parseIndexTargets, selectDebian, sourceLines, withoutCredentials } from './apt.mjs';

const stanza = (fields) =>
  Object.entries({ MetaKey: 'main/binary-amd64/Packages', 'Created-By': 'Packages', ...fields })
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
const debian = {
  Origin: 'Debian',
  'Repo-URI': 'http://mirror.example/debian/',
  Sourcesentry: '/etc/apt/sources.list.d/debian.sources:1',
};
const listing = [
  stanza({ ...debian, Codename: 'bookworm', Release: 'bookworm', Component: 'main' }),
  stanza({ ...debian, Codename: 'bookworm', Release: 'bookworm', Component: 'contrib' }),
  stanza({
    ...debian,
    Codename: 'bookworm-security',
    Release: 'stable-security',
    Component: 'main',
    'Repo-URI': 'http://mirror.example/security/',
  }),
  stanza({ ...debian, Codename: 'sid', Release: 'sid', Component: 'main' }),
  stanza({
    Origin: 'Somebody',
    Codename: 'bookworm',
    Release: 'bookworm',
    Component: 'main',
    'Repo-URI': 'http://tools.example/',
  }),
  stanza({ ...debian, Codename: 'bookworm', Release: 'bookworm', Component: 'main', 'Created-By': 'Translations' }),
].join('\n\n');

it('takes Debian’s own sources of the host’s release, and no one else’s', () => {
  expect(sourceLines(selectDebian(parseIndexTargets(listing), 'bookworm'))).toEqual([
    'deb http://mirror.example/debian/ bookworm main contrib',
    'deb http://mirror.example/security/ stable-security main',
  ]);
});

it('goes by the name of the suite where no list was fetched yet', () => {
  const unfetched = stanza({
    'Repo-URI': 'http://mirror.example/debian/',
    Release: 'bookworm-updates',
    Component: 'main',
  });
  expect(selectDebian(parseIndexTargets(unfetched), 'bookworm')).toHaveLength(1);
  expect(selectDebian(parseIndexTargets(unfetched), 'trixie')).toHaveLength(0);
});

it('remembers which file named a source, for its keyring', () => {
  expect(parseIndexTargets(listing)[0].sourcesFile).toBe('/etc/apt/sources.list.d/debian.sources');
});

it('keeps credentials of a mirror out of the images', () => {
  expect(withoutCredentials('deb https://name:secret@mirror.example/debian bookworm main')).toBe(
    'deb https://mirror.example/debian bookworm main',
  );
});

it('carries over the way to the mirror and nothing else', () => {
  const dump = [
    'APT::Architecture "amd64";',
    'Acquire::http::Proxy "http://proxy.example:3142";',
    'Acquire::Check-Valid-Until "false";',
    'Acquire::Changelogs::AlwaysOnline "";',
    'Acquire::https "";',
    'DPkg::Post-Invoke:: "rm -f /var/cache/apt/archives/*.deb";',
  ].join('\n');
  expect(carriedOptions(dump)).toEqual([
    'Acquire::http::Proxy "http://proxy.example:3142";',
    'Acquire::Check-Valid-Until "false";',
  ]);
});
