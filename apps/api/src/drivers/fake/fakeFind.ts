/** Find in files over a tree in memory: plain words and expressions, no globs beyond `*.ending`. */
import type { FindQuery, FindResult } from '@sandglass/protocol';
import type { FakeFiles } from './fakeFiles.ts';

export async function* findInFake(files: FakeFiles, query: FindQuery): AsyncGenerator<FindResult> {
  const source = query.regex ? query.query : query.query.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  let pattern: RegExp;
  try {
    pattern = new RegExp(query.word ? `\\b(?:${source})\\b` : source, query.case ? 'gu' : 'giu');
  } catch (error) {
    yield { kind: 'end', files: 0, lines: 0, cut: null, problem: String(error) };
    return;
  }
  let [found, lines] = [0, 0];
  for (const path of pathsBelow(files, query.path, query.everything === true)) {
    if (!fits(path, query.include) || (query.exclude !== undefined && fits(path, query.exclude))) continue;
    const text = new TextDecoder().decode(files.read(path).bytes);
    let any = false;
    for (const [at, line] of text.split('\n').entries()) {
      const ranges = [...line.matchAll(pattern)].map(({ index, 0: match }): [number, number] => [
        index,
        index + match.length,
      ]);
      if (ranges.length === 0) continue;
      if (lines === query.limit) {
        yield { kind: 'end', files: found, lines, cut: 'limit', problem: null };
        return;
      }
      if (!any) found++;
      any = true;
      lines++;
      yield { kind: 'line', path, line: at + 1, column: (ranges[0]?.[0] ?? 0) + 1, text: line.slice(0, 400), ranges };
    }
  }
  yield { kind: 'end', files: found, lines, cut: null, problem: null };
}

function* pathsBelow(files: FakeFiles, directory: string, everything: boolean): Iterable<string> {
  for (const { path, kind, name } of files.list(directory).items) {
    if (!everything && (name === 'node_modules' || name === '.git')) continue;
    if (kind === 'directory') yield* pathsBelow(files, path, everything);
    else if (kind === 'file') yield path;
  }
}

function fits(path: string, globs: string | undefined): boolean {
  if (globs === undefined || globs.trim() === '') return true;
  return globs.split(',').some((glob) => path.endsWith(glob.trim().replace(/^\*/, '')));
}
