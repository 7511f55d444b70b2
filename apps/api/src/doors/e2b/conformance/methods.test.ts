/** A method that a newer client has and the table does not know of fails here: it is tried, or said to be absent. */
import { expect, it } from 'vitest';
import { methodsOf } from './methods.ts';
import { cases } from './table.ts';

/** Where the methods of a class stand; those of classes that are left out here are no part of a sandbox's life. */
const groups: readonly (readonly [module: string, class_: string, group: string])[] = [
  ['e2b', 'Sandbox', 'Sandbox'],
  ['e2b', 'SandboxApi', 'Sandbox'],
  ['e2b', 'SandboxPaginator', 'Sandbox'],
  ['e2b', 'SnapshotPaginator', 'Sandbox'],
  ['e2b', 'Filesystem', 'files'],
  ['e2b', 'WatchHandle', 'files'],
  ['e2b', 'Commands', 'commands'],
  ['e2b', 'CommandHandle', 'commands'],
  ['e2b', 'Pty', 'pty'],
  ['e2b', 'Git', 'git'],
  ['@e2b/desktop', 'Sandbox', '@e2b/desktop'],
  ['@e2b/desktop', 'VNCServer', '@e2b/desktop'],
  ['@e2b/code-interpreter', 'Sandbox', '@e2b/code-interpreter'],
];

it.each(groups)('knows every method of %s %s', (module, class_, group) => {
  const methods = methodsOf(module).get(class_) ?? [];
  expect(methods.length).toBeGreaterThan(0);
  const told = cases.filter((one) => one.group === group).flatMap(({ method }) => method.match(/\w+/g) ?? []);
  expect(methods.filter((method) => !told.includes(method))).toEqual([]);
});
