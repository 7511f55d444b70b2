/**
 * Cycles among imports that exist at run time. dependency-cruiser's swc reader does not tell type imports from others, so the
 * graph is its own and the sorting is done here.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const statement = /(?:^|[\n;])\s*(?:import|export)\s+(type\s+)?([^'";]*?)\s*from\s*['"]([^'"]+)['"]/g;

/** Specifiers that a source imports for its types alone. @param {string} text @returns {Set<string>} */
export function typeOnlySpecifiers(text) {
  const only = new Map();
  for (const [, whole, names, specifier] of text.matchAll(statement)) {
    const named = /^\{([\s\S]*)\}$/
      .exec(names.trim())?.[1]
      ?.split(',')
      .map((name) => name.trim())
      .filter(Boolean);
    const isType =
      whole !== undefined || (named !== undefined && named.length > 0 && named.every((name) => /^type\s/.test(name)));
    only.set(specifier, (only.get(specifier) ?? true) && isType);
  }
  return new Set([...only].filter(([, isType]) => isType).map(([specifier]) => specifier));
}

/**
 * @param {{ source: string, dependencies: { module: string, resolved: string, dynamic?: boolean }[] }[]} modules
 * @param {string} baseDir
 * @returns {string[][]} each a list of files, the first of which imports the second, and so on back to the first.
 */
export function findCycles(modules, baseDir) {
  const graph = new Map();
  for (const { source, dependencies } of modules) {
    if (!/\.tsx?$/.test(source) || source.includes('node_modules') || !existsSync(join(baseDir, source))) continue;
    const types = typeOnlySpecifiers(readFileSync(join(baseDir, source), 'utf8'));
    const local = dependencies.filter(({ module, dynamic }) => !types.has(module) && !dynamic);
    graph.set(
      source,
      local.map(({ module, resolved }) => (module.startsWith('.') ? join(dirname(source), module) : resolved)),
    );
  }
  const cycles = [];
  const done = new Set();
  const path = [];
  const visit = (file) => {
    if (path.includes(file)) {
      cycles.push(path.slice(path.indexOf(file)));
      return;
    }
    if (done.has(file) || !graph.has(file)) return;
    path.push(file);
    for (const next of graph.get(file)) visit(next);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return cycles;
}
