/** What changes by itself in a machine, and would bury what somebody did. The log has all of it; views leave it out unless asked. */
import type { LogEvent } from './event.ts';

interface NoisyPlace {
  readonly place: RegExp;
  readonly reason: string;
}

const home = '^(?:/root|/home/[^/]+)/';

export const noisyPlaces: readonly NoisyPlace[] = [
  { place: new RegExp(`${home}\\.cache(/|$)`), reason: 'copies that programs can make again' },
  { place: new RegExp(`${home}\\.config(/|$)`), reason: "programs' own state: a browser's profile, a desktop's menus" },
  { place: new RegExp(`${home}\\.(local/share|local/state|dbus|pki|npm/_|gvfs)`), reason: "programs' own state" },
  {
    place: new RegExp(`${home}\\.(Xauthority|ICEauthority|bash_history|xsession-errors|python_history)`),
    reason: 'written by every session',
  },
  { place: /^\/(tmp|var|run|proc|sys|dev)(\/|$)/, reason: 'scratch, caches and logs of the system' },
  { place: /^\/etc\/(host|resolv\.conf|mtab|ld\.so\.cache)/, reason: 'written when the machine starts' },
  {
    place: /\/__pycache__(\/|$)|\.pyc$|\/\.(pytest|mypy|ruff)_cache(\/|$)/,
    reason: 'made from sources by Python and its tools',
  },
  { place: /\/\.git(\/|$)/, reason: "git's own records; what it changed outside is shown" },
  { place: /\/node_modules(\/|$)/, reason: 'installed, not written' },
  { place: /(\.sw[opx]|~|\.lock)$|\/4913$/, reason: "editors' swap files and locks" },
];

export const isNoisyPath = (path: string): boolean => noisyPlaces.some(({ place }) => place.test(path));

/** True when an event tells of nothing but such places. */
export const isNoise = (event: LogEvent): boolean =>
  event.kind === 'file.changed' && event.data.changes.every((change) => isNoisyPath(change.to ?? change.path));

/**
 * Places whose files are not recorded: what programs make again, keep for themselves, or install. Unlike noise, what somebody wrote to
 * /tmp or to a program's settings is: a view may leave it out, a recording may not. Their names are in the log all the same.
 */
const unrecorded = new RegExp(
  [
    '^/(?:proc|sys|dev|run|var|boot|bin|sbin|lib|lib64)(?:/|$)',
    '^/usr/(?!local(?:/|$))',
    '^/tmp/\\.(?:X|ICE|font|XIM)',
    `${home}\\.(?:cache|npm|pki|dbus|gvfs|local/share|local/state|vscode-server)(?:/|$)`,
    `${home}\\.config/(?:chromium|google-chrome|dconf|pulse|ibus)(?:/|$)`,
    `${home}\\.(?:Xauthority|ICEauthority|xsession-errors)`,
    '/(?:node_modules|__pycache__|site-packages|dist-packages|\\.git|\\.pytest_cache|\\.mypy_cache|\\.ruff_cache)(?:/|$)',
    '\\.(?:pyc|sw[opx])$|/4913$',
  ].join('|'),
);

export const isUnrecordedPath = (path: string): boolean => unrecorded.test(path);
