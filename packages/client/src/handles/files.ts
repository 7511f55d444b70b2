import { AppError, type FileEntry, type FileListing, type SandboxId } from '@sandglass/protocol';
import type { RequestOptions } from '../http/input.ts';
import type { ByteReply, Requester } from '../http/requester.ts';

export type FileContent = Uint8Array | ReadableStream<Uint8Array> | Blob | string;

export interface WriteOptions extends RequestOptions {
  /** Fails with `conflict` when the file is not at this version any more; `none` = it must not exist. */
  readonly expectedVersion?: string | undefined;
  /** Permission bits in octal, e.g. '755'. */
  readonly mode?: string | undefined;
  /** Also create missing directories. */
  readonly parents?: boolean | undefined;
}

/** Content and the version it was read at. */
export interface ReadText {
  readonly text: string;
  readonly version: string;
}

/** The files of one sandbox. Paths are the sandbox's; relative ones start at the user's home. */
export class Files {
  readonly #sandbox: SandboxId;
  readonly #requester: Requester;

  constructor(sandbox: SandboxId, requester: Requester) {
    this.#sandbox = sandbox;
    this.#requester = requester;
  }

  get #params(): { sandbox: SandboxId } {
    return { sandbox: this.#sandbox };
  }

  /** Directories first, then by name; a large directory comes in several pages. `limit`: 10,000 unless told. */
  async list(path = '.', options: RequestOptions & { limit?: number } = {}): Promise<FileEntry[]> {
    const { limit = 10_000, ...rest } = options;
    const items: FileEntry[] = [];
    let after: string | null = null;
    do {
      const query = { path, limit: limit - items.length, ...(after === null ? {} : { after }) };
      const page: FileListing = await this.#requester.request('files', { params: this.#params, query, ...rest });
      items.push(...page.items);
      after = page.next;
    } while (after !== null && items.length < limit);
    return items;
  }

  stat(path: string, options: RequestOptions = {}): Promise<FileEntry> {
    return this.#requester.request('stat', { params: this.#params, query: { path }, ...options });
  }

  /** @throws AppError notText when it is not UTF-8 */
  async readText(path: string, options: RequestOptions = {}): Promise<string> {
    return (await this.readTextWithVersion(path, options)).text;
  }

  /** The text and the version to give back as `expectedVersion` when writing. */
  async readTextWithVersion(path: string, options: RequestOptions = {}): Promise<ReadText> {
    const reply = await this.#requester.open('readFile', {
      params: this.#params,
      query: { path, text: 'true' },
      ...options,
    });
    const bytes = await new Response(reply.stream).arrayBuffer();
    try {
      // ignoreBOM keeps a leading U+FEFF, so that text written back is the same bytes.
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
      return { text, version: unquote(reply.headers.get('etag') ?? '') };
    } catch (cause) {
      throw new AppError('notText', `${path} is not UTF-8 text. Read it as bytes.`, { cause });
    }
  }

  async readBytes(
    path: string,
    options: RequestOptions & { range?: { from: number; to?: number } } = {},
  ): Promise<Uint8Array> {
    const reply = await this.open(path, options);
    return new Uint8Array(await new Response(reply.stream).arrayBuffer());
  }

  /** The content as a stream; `range` counts bytes, `to` is the last one wanted. */
  open(path: string, options: RequestOptions & { range?: { from: number; to?: number } } = {}): Promise<ByteReply> {
    const { range, ...rest } = options;
    const headers =
      range === undefined ? rest.headers : { ...rest.headers, range: `bytes=${range.from}-${range.to ?? ''}` };
    return this.#requester.open('readFile', { params: this.#params, query: { path }, ...rest, headers });
  }

  /** Writes whole and atomically; the entry has the new version. */
  write(path: string, body: FileContent, options: WriteOptions = {}): Promise<FileEntry> {
    const { expectedVersion, mode, parents, ...rest } = options;
    const query = {
      path,
      ...(expectedVersion === undefined ? {} : { expectedVersion }),
      ...(mode === undefined ? {} : { mode }),
      ...(parents === true ? { parents: 'true' as const } : {}),
    };
    return this.#requester.request('writeFile', { params: this.#params, query, body, ...rest });
  }

  /** With its parents; fine when it exists. */
  makeDirectory(path: string, options: RequestOptions = {}): Promise<FileEntry> {
    return this.#requester.request('makeDirectory', { params: this.#params, body: { path }, ...options });
  }

  move(from: string, to: string, options: RequestOptions & { overwrite?: boolean } = {}): Promise<FileEntry> {
    const { overwrite, ...rest } = options;
    const body = { from, to, ...(overwrite === undefined ? {} : { overwrite }) };
    return this.#requester.request('moveFile', { params: this.#params, body, ...rest });
  }

  async remove(path: string, options: RequestOptions & { recursive?: boolean } = {}): Promise<void> {
    const { recursive, ...rest } = options;
    const query = { path, ...(recursive === true ? { recursive: 'true' as const } : {}) };
    await this.#requester.request('removeFile', { params: this.#params, query, ...rest });
  }

  /** A folder as a tar stream. */
  downloadFolder(path: string, options: RequestOptions = {}): Promise<ByteReply> {
    return this.#requester.open('downloadArchive', { params: this.#params, query: { path }, ...options });
  }

  /** Unpacks a tar stream into a folder. */
  uploadFolder(path: string, tar: FileContent, options: RequestOptions = {}): Promise<FileEntry> {
    return this.#requester.request('uploadArchive', { params: this.#params, query: { path }, body: tar, ...options });
  }
}

function unquote(tag: string): string {
  return tag.replace(/^W\//, '').replace(/^"(.*)"$/, '$1');
}
