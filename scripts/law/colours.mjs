/** Colours have one home, `packages/ui/src/tokens.css`: the console uses them by name, and only names that exist. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { namedColours } from './namedColours.mjs';

const tokensFile = 'packages/ui/src/tokens.css';
/** Where colours are used. Tests may name some: what a file in a sandbox holds, or what a token is read as. */
const places = ['apps/web/src', 'apps/web/public', 'apps/web/index.html', 'packages/ui/src'];
const isSource = (path) => /\.(css|ts|tsx|js|html)$/.test(path) && !/\.(test|stories)\.tsx?$/.test(path);

const raw =
  /#(?:[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})\b(?![\w-])|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch)\(\s*[\d.]/gi;
const named = new RegExp(`(?<![\\w-])(?:${namedColours.join('|')})(?![\\w-])`, 'gi');
/** In scripts a colour is a text of its own, where one is drawn or set; words in sentences are not meant. */
const drawn = /(?:colou?r|background|fill|stroke|border|shadow)\w*['"]?\s*[:=]\s*['"`]([a-z]+)['"`]/gi;

/**
 * @param {string} root
 * @returns {{ rule: 'raw-colour' | 'unknown-token', path: string, line: number, text: string }[]}
 */
export function colourViolations(root) {
  const defined = namesDefined(root);
  return places
    .flatMap((place) => filesBelow(join(root, place)))
    .flatMap((file) => {
      const path = relative(root, file);
      if (path === tokensFile || !isSource(path)) return [];
      const source = withoutComments(readFileSync(file, 'utf8'), path);
      const text = path.endsWith('.css') ? valuesOnly(source) : source;
      return text.split('\n').flatMap((line, at) => [
        ...rawIn(line, path).map((found) => ({ rule: 'raw-colour', path, line: at + 1, text: found })),
        ...tokensIn(line)
          .filter((name) => !defined.has(name))
          .map((name) => ({ rule: 'unknown-token', path, line: at + 1, text: `--${name}` })),
      ]);
    });
}

function rawIn(line, path) {
  if (path.endsWith('.css')) {
    // Urls, and the names of tokens, may hold any word.
    const used = line.replace(/url\([^)]*\)|var\([^)]*\)/g, '');
    return [...used.matchAll(raw), ...used.matchAll(named)].map(([found]) => found);
  }
  const words = [...line.matchAll(drawn)]
    .map(([, word]) => word)
    .filter((word) => namedColours.includes(word.toLowerCase()));
  // A private name of a class (`this.#add`) is no colour; one in quotes is.
  const quoted = [...line.matchAll(/(['"`])(.*?)\1/g)].flatMap(([, , text]) =>
    [...text.matchAll(raw)].map(([found]) => found),
  );
  return [...quoted, ...words];
}

/** A stylesheet with its selectors and properties blanked: what is left is set to something, on one line or several. */
const valuesOnly = (text) =>
  text.replace(/[^;{}]*/g, (part, at) => {
    const isRule = text[at + part.length] === '{';
    const colon = part.search(/:(?!:)/);
    return isRule || colon === -1 ? blank(part) : blank(part.slice(0, colon + 1)) + part.slice(colon + 1);
  });

const blank = (text) => text.replace(/[^\n]/g, ' ');

const tokensIn = (line) =>
  [...line.matchAll(/var\(--([\w-]+)/g), ...line.matchAll(/tokenColor\('([\w-]+)'\)/g)].map(([, name]) => name);

/** Every variable that is given a value somewhere of ours: tokens, and those that a component passes to its own parts. */
function namesDefined(root) {
  const names = new Set(['available-height', 'available-width', 'anchor-width', 'anchor-height']);
  for (const place of places)
    for (const file of filesBelow(join(root, place)))
      for (const [, name] of readFileSync(file, 'utf8').matchAll(/['"]?--([\w-]+)['"]?\s*\]?\s*:/g)) names.add(name);
  return names;
}

const withoutComments = (text, path) =>
  text.replace(/\/\*[\s\S]*?\*\//g, blank).replace(path.endsWith('.css') ? /$^/ : /(^|\s)\/\/.*$/gm, '$1');

function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (/\.\w+$/.test(path)) return [path];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(css|tsx?|js|html)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}
