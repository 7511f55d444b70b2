/** What a published client can be asked for, read from its own types. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** Public methods of each class that the package declares. */
export function methodsOf(name: string): ReadonlyMap<string, readonly string[]> {
  const text = readFileSync(join(dirname(require.resolve(name)), 'index.d.ts'), 'utf8');
  const classes = new Map<string, string[]>();
  let methods: string[] | undefined;
  for (const line of text.split('\n')) {
    const declared = /^(?:export )?(?:declare )?(?:abstract )?class (\w+)/.exec(line)?.[1];
    if (declared) {
      methods = [];
      classes.set(declared, methods);
    } else if (/^[}]/.test(line)) methods = undefined;
    const method = /^ {2}(?: {2})?(?:static )?(?:get )?([a-z]\w*)(?:<[^(]*>)?\(/.exec(line)?.[1];
    if (method && method !== 'constructor' && !methods?.includes(method)) methods?.push(method);
  }
  return classes;
}

/** Where the methods of a class stand; those of classes that are left out here are no part of a sandbox's life. */
export const groups: readonly (readonly [module: string, class_: string, group: string])[] = [
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
