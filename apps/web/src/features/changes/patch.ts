/** Changes as a patch that `git apply` and `patch -p1` take. */
import { diffLines } from './lineDiff.ts';

export interface PatchFile {
  /** Without the leading slash. */
  readonly path: string;
  readonly from: string | null;
  /** Null: not there on that side. */
  readonly before: string | null;
  readonly after: string | null;
  /** Its bytes are no text: told, not written out. */
  readonly isBinary: boolean;
}

const CONTEXT = 3;

export function formatPatch(files: readonly PatchFile[]): string {
  return files.map(formatFile).join('');
}

function formatFile(file: PatchFile): string {
  const old = file.from ?? file.path;
  const head = [`diff --git a/${old} b/${file.path}`];
  if (file.before === null) head.push('new file mode 100644');
  if (file.after === null) head.push('deleted file mode 100644');
  if (file.from !== null) head.push(`rename from ${old}`, `rename to ${file.path}`);
  const sides = [file.before === null ? '/dev/null' : `a/${old}`, file.after === null ? '/dev/null' : `b/${file.path}`];
  if (file.isBinary) return `${[...head, `Binary files ${sides[0]} and ${sides[1]} differ`].join('\n')}\n`;
  const body = formatHunks(file.before ?? '', file.after ?? '');
  if (body === '') return `${head.join('\n')}\n`;
  return `${[...head, `--- ${sides[0]}`, `+++ ${sides[1]}`].join('\n')}\n${body}`;
}

const NO_NEWLINE = '\\ No newline at end of file';

/** A line without its end is another line than the same with it. */
function split(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  else lines.push(`${lines.pop() ?? ''}\n${NO_NEWLINE}`);
  return lines;
}

export function formatHunks(before: string, after: string): string {
  const lines = diffLines(split(before), split(after));
  const changed = lines.flatMap((line, at) => (line.kind === ' ' ? [] : at));
  let text = '';
  for (let at = 0; at < changed.length; ) {
    const start = Math.max(0, (changed[at] as number) - CONTEXT);
    let end = (changed[at] as number) + CONTEXT;
    while (at < changed.length && (changed[at] as number) - CONTEXT <= end + 1)
      end = (changed[at++] as number) + CONTEXT;
    const hunk = lines.slice(start, end + 1);
    const earlier = lines.slice(0, start);
    const count = (kind: '-' | '+', list: typeof lines) =>
      list.filter((line) => line.kind !== (kind === '-' ? '+' : '-')).length;
    const place = (kind: '-' | '+') => {
      const many = count(kind, hunk);
      return `${count(kind, earlier) + (many === 0 ? 0 : 1)},${many}`;
    };
    text += `@@ -${place('-')} +${place('+')} @@\n${hunk.map((line) => `${line.kind}${line.text}`).join('\n')}\n`;
  }
  return text;
}
