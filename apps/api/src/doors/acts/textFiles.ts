/** Text files of a sandbox as models read and edit them. Reading is a call too: what an agent looked at is part of its story. */
import { AppError, type FileEntry, type SandboxId } from '@sandglass/protocol';
import type { Caller, Services } from '../../services.ts';
import type { Asking } from './asking.ts';
import { numbered } from './words.ts';

export interface TextFilesOptions {
  readonly services: Pick<Services, 'files' | 'calls'>;
  readonly caller: Caller;
  readonly sandbox: SandboxId;
}

/** More than a model can read in one piece; large files are for the shell. */
const MAX_BYTES = 4_194_304;
const MAX_UNDO = 20;
const MAX_UNDO_FILES = 50;
const SNIPPET_LINES = 4;
const MAX_LISTED = 1000;

interface Text {
  readonly entry: FileEntry;
  readonly text: string;
}

export class TextFiles {
  readonly #options: TextFilesOptions;
  /** What each edited file was before, newest last; null = it was not there. */
  readonly #before = new Map<string, (string | null)[]>();

  constructor(options: TextFilesOptions) {
    this.#options = options;
  }

  async read(path: string, asking: Asking = {}): Promise<Text> {
    return await this.#recorded('read', path, asking, () => this.#load(path, asking.signal));
  }

  /** Bytes as they are, for pictures and the like. */
  async readBytes(path: string, atMostBytes: number, asking: Asking = {}): Promise<Uint8Array> {
    return await this.#recorded(
      'read',
      path,
      asking,
      async () => (await this.#bytes(path, atMostBytes, asking.signal)).bytes,
    );
  }

  async list(path: string, asking: Asking = {}): Promise<readonly FileEntry[]> {
    const { files } = this.#options.services;
    return await this.#recorded('list', path, asking, async () => {
      const listing = await files.list(this.#options.sandbox, path, MAX_LISTED);
      return listing.items;
    });
  }

  /** Part of another call. */
  async listQuietly(path: string): Promise<readonly FileEntry[]> {
    return (await this.#options.services.files.list(this.#options.sandbox, path, MAX_LISTED)).items;
  }

  async isDirectory(path: string): Promise<boolean> {
    const { kind, targetKind } = await this.#options.services.files.stat(this.#options.sandbox, path);
    return kind === 'directory' || targetKind === 'directory';
  }

  /** @returns the entry and whether it is new */
  async write(path: string, text: string, asking: Asking = {}): Promise<{ entry: FileEntry; created: boolean }> {
    const before = await this.#find(path, asking.signal);
    const entry = await this.#store(path, text, undefined, asking);
    this.#remember(entry.path, before);
    return { entry, created: before === null };
  }

  /** @throws AppError when the old text is not there, or more than once and not all of them are meant */
  async replace(path: string, edit: { old: string; new: string; all?: boolean }, asking: Asking = {}): Promise<string> {
    if (edit.old === '') throw new AppError('badRequest', 'The text to replace is empty. Give some of what is there.');
    const { entry, text } = await this.#load(path, asking.signal);
    const parts = text.split(edit.old);
    const found = parts.length - 1;
    if (found === 0)
      throw new AppError(
        'unprocessable',
        `The text to replace is not in ${path}, letter for letter. Read the file again and copy it from there, spaces included.`,
      );
    if (found > 1 && !edit.all)
      throw new AppError(
        'unprocessable',
        `The text to replace is in ${path} ${found} times (lines ${linesOf(text, edit.old).join(', ')}). Give more of what is around it.`,
      );
    const changed = parts.join(edit.new);
    await this.#change(entry, text, changed, asking);
    const line = countLines(parts[0] as string);
    return `${found === 1 ? 'The text' : `All ${found} of it`} in ${path} was replaced. Around it there is now:\n${snippet(changed, line, countLines(edit.new) - 1)}`;
  }

  /** After a line; 0 = at the top. */
  async insert(path: string, afterLine: number, given: string, asking: Asking = {}): Promise<string> {
    const { entry, text } = await this.#load(path, asking.signal);
    const lines = text === '' ? [] : text.split('\n');
    const most = text.endsWith('\n') ? lines.length - 1 : lines.length;
    if (!Number.isInteger(afterLine) || afterLine < 0 || afterLine > most)
      throw new AppError('badRequest', `${path} has ${most} lines: insert after one of 0 to ${most}.`);
    const added = given.replace(/\n$/, '').split('\n');
    lines.splice(afterLine, 0, ...added);
    const changed = lines.join('\n');
    await this.#change(entry, text, changed, asking);
    return `The text was inserted into ${path}. Around it there is now:\n${snippet(changed, afterLine + 1, added.length - 1)}`;
  }

  async undo(path: string, asking: Asking = {}): Promise<string> {
    const { files } = this.#options.services;
    const { path: exact } = await files.stat(this.#options.sandbox, path);
    const history = this.#before.get(exact);
    const before = history?.pop();
    if (before === undefined)
      throw new AppError('unprocessable', `No edit of ${path} can be undone: none was made through this connection.`);
    if (before === null) {
      await files.remove(this.#options.caller, this.#options.sandbox, exact, false);
      return `${path} is gone again: the last edit had made it.`;
    }
    await this.#store(exact, before, undefined, asking);
    return `The last edit of ${path} was undone.`;
  }

  async #change(entry: FileEntry, before: string, after: string, asking: Asking): Promise<void> {
    await this.#store(entry.path, after, entry.version, asking);
    this.#remember(entry.path, before);
  }

  async #store(
    path: string,
    text: string,
    expectedVersion: string | undefined,
    { signal }: Asking,
  ): Promise<FileEntry> {
    const { services, caller, sandbox } = this.#options;
    const bytes = Buffer.from(text);
    return await services.files.write(
      caller,
      sandbox,
      path,
      (async function* () {
        yield bytes;
      })(),
      { parents: true, sizeBytes: bytes.length, ...(expectedVersion === undefined ? {} : { expectedVersion }) },
      signal ?? new AbortController().signal,
    );
  }

  async #find(path: string, signal: AbortSignal | undefined): Promise<string | null> {
    try {
      return (await this.#load(path, signal)).text;
    } catch (error) {
      // What cannot be read as text is written over all the same, and cannot be brought back by undo.
      if (error instanceof Error && 'code' in error && ['notFound', 'notText', 'tooLarge'].includes(String(error.code)))
        return null;
      throw error;
    }
  }

  async #load(path: string, signal: AbortSignal | undefined): Promise<Text> {
    const { entry, bytes } = await this.#bytes(path, MAX_BYTES, signal);
    try {
      return { entry, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
    } catch {
      throw new AppError('notText', `${path} is not text in UTF-8. Look at it with the shell: file, xxd, strings.`);
    }
  }

  async #bytes(path: string, atMostBytes: number, signal: AbortSignal | undefined) {
    const { files } = this.#options.services;
    const { entry, content } = await files.read(
      this.#options.sandbox,
      path,
      { offset: 0, length: atMostBytes + 1 },
      signal ?? new AbortController().signal,
    );
    const chunks: Buffer[] = [];
    for await (const chunk of content) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    if (bytes.length > atMostBytes)
      throw new AppError(
        'tooLarge',
        `${path} has ${entry.sizeBytes} bytes. Use the shell for parts of it: head, tail, sed -n.`,
      );
    return { entry, bytes };
  }

  #remember(path: string, before: string | null): void {
    const history = this.#before.get(path) ?? [];
    history.push(before);
    if (history.length > MAX_UNDO) history.shift();
    this.#before.delete(path);
    this.#before.set(path, history);
    const [oldest] = this.#before.keys();
    if (this.#before.size > MAX_UNDO_FILES && oldest !== undefined) this.#before.delete(oldest);
  }

  async #recorded<T>(name: 'read' | 'list', path: string, asking: Asking, work: () => Promise<T>): Promise<T> {
    const { services, caller, sandbox } = this.#options;
    return await services.calls.pass(
      caller,
      sandbox,
      {
        name,
        arguments: { path },
        summary: (given) => given.path,
        outcome: () => ({ summary: 'ok' }),
        reads: true,
        ...asking.told,
      },
      work,
      asking.signal,
    );
  }
}

const countLines = (text: string): number => text.split('\n').length;

function linesOf(text: string, part: string): number[] {
  const lines: number[] = [];
  for (let at = text.indexOf(part); at >= 0 && lines.length < 20; at = text.indexOf(part, at + part.length))
    lines.push(countLines(text.slice(0, at)));
  return lines;
}

function snippet(text: string, line: number, moreLines: number): string {
  const lines = text.split('\n');
  const from = Math.max(0, line - 1 - SNIPPET_LINES);
  return numbered(lines.slice(from, line + moreLines + SNIPPET_LINES).join('\n'), from + 1);
}
