import type { FoundLine } from '@sandglass/protocol';
import type { FoundFile } from './findModel.ts';

export type FindRow =
  | { readonly kind: 'file'; readonly key: string; readonly path: string; readonly count: number }
  | { readonly kind: 'line'; readonly key: string; readonly path: string; readonly found: FoundLine };

/** Files with their lines below them, but for those that are folded. */
export function findRows(files: readonly FoundFile[], folded: ReadonlySet<string>): FindRow[] {
  return files.flatMap(({ path, lines }): FindRow[] => {
    const file: FindRow = { kind: 'file', key: path, path, count: lines.length };
    if (folded.has(path)) return [file];
    return [file, ...lines.map((found): FindRow => ({ kind: 'line', key: `${path}:${found.line}`, path, found }))];
  });
}
