import { absolutePath } from '../../platform/home.ts';

/** What a link can point at inside one sandbox. */
export interface Shown {
  readonly pane?: string | undefined;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly terminal?: string | undefined;
}

/** A panel's id says what it shows: `files`, `editor:/home/a.ts`, `terminal:term_1`. */
export function shownOf(panel: string | undefined): Shown {
  if (panel === undefined) return {};
  if (panel.startsWith('editor:')) return { file: panel.slice('editor:'.length) };
  if (panel.startsWith('terminal:')) return { terminal: panel.slice('terminal:'.length) };
  return { pane: panel };
}

/** `/s/…?pane=files`, with the file as `path:line`. */
export function linkTo(sandbox: string, { pane, file, line, terminal }: Shown, origin: string): string {
  const query = new URLSearchParams();
  if (pane !== undefined) query.set('pane', pane);
  if (file !== undefined) query.set('file', line === undefined ? file : `${file}:${line}`);
  if (terminal !== undefined) query.set('terminal', terminal);
  const text = query.toString();
  return `${origin}/s/${sandbox}${text === '' ? '' : `?${text}`}`;
}

/** A path without a place is one at home. `path:12` as in compilers' messages. A file whose own name ends so is written with a line: `odd:12:1`. */
export function parseFile(text: string): { file: string; line?: number } {
  const [, file, line] = /^(.+?):(\d{1,7})$/s.exec(text) ?? [];
  return file === undefined || line === undefined || Number(line) === 0
    ? { file: absolutePath(text) }
    : { file: absolutePath(file), line: Number(line) };
}
