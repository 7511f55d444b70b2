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
