/** Files of a sandbox, through its guest. */
import type { Readable } from 'node:stream';
import {
  AppError,
  type FileEntry,
  type FileListing,
  type FindQuery,
  type FindResult,
  type TerminalId,
  type TrashItem,
} from '@sandglass/protocol';
import type { SandboxFiles } from '../../sandboxes/driver.ts';
import { parseFound } from './foundLines.ts';
import type { GuestLink } from './guestLink.ts';

/** A large tree takes its time. */
const LONG_MS = 600_000;

export class GuestFiles implements SandboxFiles {
  readonly #link: () => GuestLink;

  /** `link` throws when the sandbox cannot be asked now. */
  constructor(link: () => GuestLink) {
    this.#link = link;
  }

  async stat(path: string, terminal?: TerminalId): Promise<FileEntry> {
    return this.#link().ask('stat', terminal === undefined ? { path } : { path, terminal });
  }

  async list(path: string, limit: number, after?: string): Promise<FileListing> {
    return this.#link().ask('list', { path, limit, ...(after === undefined ? {} : { after }) });
  }

  async read(
    path: string,
    range: { offset: number; length?: number },
    signal: AbortSignal,
  ): Promise<{ entry: FileEntry; content: Readable }> {
    const link = this.#link();
    const { key, content } = openDownload(link, signal);
    try {
      return { entry: await link.ask('read', { path, ...range, stream: key }), content };
    } catch (error) {
      content.destroy();
      throw error;
    }
  }

  async write(
    path: string,
    content: AsyncIterable<Uint8Array>,
    options: { expectedVersion?: string; mode?: number; parents?: boolean; sizeBytes?: number; user?: string },
    signal: AbortSignal,
  ): Promise<FileEntry> {
    const link = this.#link();
    const ask = (stream: string) => link.ask('write', { path, stream, ...options }, null);
    return link.transfers.upload({ ask, content, signal });
  }

  async makeDirectory(path: string, user?: string): Promise<FileEntry> {
    return this.#link().ask('makeDirectory', { path, ...(user === undefined ? {} : { user }) });
  }

  async move(from: string, to: string, overwrite: boolean): Promise<FileEntry> {
    return this.#link().ask('move', { from, to, overwrite });
  }

  async remove(path: string, recursive: boolean): Promise<void> {
    await this.#link().ask('remove', { path, recursive }, LONG_MS);
  }

  async trash(paths: readonly string[], copy: boolean): ReturnType<SandboxFiles['trash']> {
    return this.#link().ask('trash', { paths, copy }, LONG_MS);
  }

  async listTrash(): Promise<TrashItem[]> {
    return (await this.#link().ask('listTrash', {})).items;
  }

  async restoreTrash(ids: readonly string[], overwrite: boolean): ReturnType<SandboxFiles['restoreTrash']> {
    return this.#link().ask('restoreTrash', { ids, overwrite }, LONG_MS);
  }

  async emptyTrash(): Promise<void> {
    await this.#link().ask('emptyTrash', {}, LONG_MS);
  }

  async find(query: FindQuery, signal: AbortSignal): Promise<AsyncIterable<FindResult>> {
    const link = this.#link();
    const { key, content } = openDownload(link, signal);
    try {
      await link.ask('find', { ...query, stream: key });
      return parseFound(content);
    } catch (error) {
      content.destroy();
      throw error;
    }
  }

  async readArchive(path: string, signal: AbortSignal): Promise<Readable> {
    const link = this.#link();
    const { key, content } = openDownload(link, signal);
    try {
      await link.ask('readArchive', { path, stream: key });
      return content;
    } catch (error) {
      content.destroy();
      throw error;
    }
  }

  async writeArchive(path: string, content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<FileEntry> {
    const link = this.#link();
    const ask = (stream: string) => link.ask('writeArchive', { path, stream }, null);
    return link.transfers.upload({ ask, content, signal });
  }
}

function openDownload(link: GuestLink, signal: AbortSignal): { key: string; content: Readable } {
  signal.throwIfAborted();
  const { key, content } = link.transfers.openDownload();
  // Errors before the first byte reject; one that nobody listens to must not end the server.
  content.on('error', () => {});
  const abort = () => content.destroy(new AppError('badRequest', 'The download was broken off.'));
  signal.addEventListener('abort', abort, { once: true });
  content.once('close', () => signal.removeEventListener('abort', abort));
  return { key, content };
}
