/** What a browser has to fetch (gzip), by moment. `npm test` holds it in its build stage; alone: `npx size-limit` after a build. */
import { readFileSync } from 'node:fs';

const dist = 'apps/web/dist';
/** @type {Record<string, { file: string, imports?: string[], css?: string[] }>} */
const parts = JSON.parse(readFileSync(new URL(`${dist}/.vite/manifest.json`, import.meta.url), 'utf8'));

/** A part and everything that it needs at once. */
function withImports(names, found = new Set()) {
  for (const name of names) {
    if (found.has(name)) continue;
    found.add(name);
    withImports(parts[name].imports ?? [], found);
  }
  return found;
}

const scriptsOf = (names) => [...names].map((name) => parts[name].file).filter((file) => file.endsWith('.js'));
const paths = (files) => files.map((file) => `${dist}/${file}`);

/** The part that `apps/web/pages.ts` makes of a page. */
function pageNamed(page) {
  const found = Object.keys(parts).find((name) => parts[name].name === page && parts[name].file.endsWith('.js'));
  if (found === undefined) throw new Error(`No part of the built console is named ${page}; see apps/web/pages.ts.`);
  return found;
}

const itself = withImports(['index.html']);
const first = withImports(['index.html', pageNamed('wall')]);
const workbench = withImports([pageNamed('workbench')]);
const known = {
  'the workbench, after the wall': [paths(scriptsOf([...workbench].filter((name) => !first.has(name)))), '190 kB'],
  'a terminal': [`${dist}/assets/xterm/*.js`, '150 kB'],
  'the editor': [[`${dist}/assets/monaco-editor/{editor.api,monaco,wordOperations}-*.js`], '980 kB'],
  'the editor’s workers': [`${dist}/assets/{editor,json}.worker-*.js`, '230 kB'],
  'a recording in a file': [[`${dist}/assets/openedFile-*.js`], '75 kB'],
  'a PDF': [[`${dist}/assets/pdfjs-dist/*.js`, `${dist}/assets/pdf.worker-*.js`], '500 kB'],
};

/** Each other part that is fetched when it is needed. */
const named = new Set(scriptsOf([...first, ...workbench]));
const others = Object.values(parts)
  .map(({ file }) => file)
  .filter((file) => /^assets\/[^/]+\.js$/.test(file) && !named.has(file) && !/\.worker-|\/openedFile-/.test(file));

const limit = (name, path, most) => ({ name, path, limit: most, gzip: true });

export default [
  limit('script of the page itself', paths(scriptsOf(itself)), '70 kB'),
  // Layers that float (menus, tooltips) could come after the first cards, and the contract of what the wall does not ask for (the gate,
  // rules, runs, doors: some 20 kB of schemas) with the pages that do. It must not grow meanwhile.
  limit('script until the wall is drawn', paths(scriptsOf(first)), '275 kB'),
  ...Object.entries(known).map(([name, [path, most]]) => limit(name, path, most)),
  ...[...new Set(others)].map((file) =>
    limit(file.replace(/^assets\/|-[^-]{8}\.js$/g, ''), [`${dist}/${file}`], '25 kB'),
  ),
];
