const BEFORE = 60;
const LENGTH = 240;

/** The part of a text around its first match, on one line, and where in it the terms are. */
export function cutAround(text: string, terms: readonly string[]): { text: string; matches: [number, number][] } {
  const pattern = new RegExp(terms.map((term) => term.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'giu');
  const first = Math.max(0, text.search(pattern));
  const start = Math.max(0, first - BEFORE);
  const cut = text
    .slice(start, start + LENGTH)
    .replace(/\s/g, ' ')
    .replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, '\ufffd');
  const matches = [...cut.matchAll(pattern)].map(({ index, 0: { length } }): [number, number] => [
    index,
    index + length,
  ]);
  return { text: cut, matches };
}
