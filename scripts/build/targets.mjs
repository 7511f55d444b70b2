/** What is built, from which rooms, into which folder. Dependency-free: whether anything is stale is known before anything is installed. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { digestOf, isFresh } from './stale.mjs';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** @typedef {{ name: 'keeper' | 'guest' | 'api' | 'web', folder: string, main: string, rooms: string[] }} Target */

/** @type {Target[]} */
export const targets = [
  { name: 'keeper', folder: 'packages/keeper/dist', main: 'packages/keeper/src/main.ts', rooms: ['packages/keeper'] },
  {
    name: 'guest',
    folder: 'packages/guest/dist',
    main: 'packages/guest/src/main.ts',
    rooms: ['packages/guest', 'packages/protocol'],
  },
  {
    name: 'api',
    folder: 'apps/api/dist',
    main: 'apps/api/src/main.ts',
    rooms: ['apps/api', 'packages/protocol', 'packages/replay', 'packages/keeper'],
  },
  {
    name: 'web',
    folder: 'apps/web/dist',
    main: 'apps/web/src/main.tsx',
    rooms: ['apps/web', 'packages/protocol', 'packages/replay', 'packages/client', 'packages/ui'],
  },
];

/** @param {Target} target */
export function targetDigest(target) {
  return digestOf(root, ['package-lock.json', 'tsconfig.base.json', 'scripts/build', ...target.rooms]);
}

/** Targets whose folder is not what their sources say. */
export function staleTargets() {
  return targets.filter(
    (target) => existsSync(`${root}${target.main}`) && !isFresh(`${root}${target.folder}`, targetDigest(target)),
  );
}
