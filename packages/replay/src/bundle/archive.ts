/** A zip as a hostile file: its list is checked whole before anything in it is opened, and each part is checked when it is read. */
import { configure, type FileEntry, Writer, ZipReader } from '@zip.js/zip.js/index-native.js';
import { crc32 } from '../recording/crc32.ts';
import { BundleError } from './bundleError.ts';
import type { ByteSource } from './byteSource.ts';
import { bundleLimits } from './limits.ts';
import { isSafeName, isSegmentName } from './names.ts';
import { readExactly, ZipSource } from './zipSource.ts';

// No workers: what is compressed is small, and what is large is stored.
configure({ useWebWorkers: false });

const STORED = 0;
const DEFLATED = 8;
const LOCAL_HEADER_BYTES = 30;
const LOCAL_HEADER = 0x04034b50;

export class Archive {
  readonly #source: ByteSource;
  readonly #entries: ReadonlyMap<string, FileEntry>;

  private constructor(source: ByteSource, entries: ReadonlyMap<string, FileEntry>) {
    this.#source = source;
    this.#entries = entries;
  }

  /** @throws BundleError */
  static async open(source: ByteSource): Promise<Archive> {
    await refuseOther(source);
    const entries = new Map<string, FileEntry>();
    const zip = new ZipReader(new ZipSource(source), { useWebWorkers: false });
    let wholeBytes = 0;
    try {
      for await (const entry of zip.getEntriesGenerator()) {
        if (entries.size >= bundleLimits.entries) throw refused('It lists more parts than any recording has.');
        wholeBytes += entry.compressedSize;
        check(entry, entries);
        // Parts that lie over each other would make a small file a large one.
        if (wholeBytes > source.sizeBytes) throw refused('Its parts are larger than the file.');
        if (!entry.directory) entries.set(entry.filename, entry);
      }
    } catch (error) {
      throw asBundleError(error);
    }
    return new Archive(source, entries);
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  sizeBytes(name: string): number | undefined {
    return this.#entries.get(name)?.uncompressedSize;
  }

  /** Bytes of one entry. @throws BundleError damaged, truncated or refused */
  async read(name: string, mostBytes: number): Promise<Uint8Array> {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw new BundleError('damaged', `The file lacks “${name}”. Download or copy it again.`);
    if (entry.uncompressedSize > mostBytes || entry.compressedSize > mostBytes)
      throw refused(`“${name}” is larger than it can be.`);
    const bytes = entry.compressionMethod === STORED ? await this.#readStored(entry) : await inflate(entry);
    if (bytes.length !== entry.uncompressedSize || crc32(bytes) !== entry.signature) throw damaged(name);
    return bytes;
  }

  /** In two reads, however long: what lies on a server is one request then. */
  async #readStored(entry: FileEntry): Promise<Uint8Array> {
    const header = await readExactly(this.#source, entry.offset, LOCAL_HEADER_BYTES);
    const view = new DataView(header.buffer, header.byteOffset, header.length);
    if (view.getUint32(0, true) !== LOCAL_HEADER) throw damaged(entry.filename);
    const at = entry.offset + LOCAL_HEADER_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
    return await readExactly(this.#source, at, entry.uncompressedSize);
  }
}

async function inflate(entry: FileEntry): Promise<Uint8Array> {
  try {
    return await entry.getData(new BoundedWriter(entry.uncompressedSize), { useWebWorkers: false });
  } catch (error) {
    throw asBundleError(error, entry.filename);
  }
}

/** Takes as much as was declared, and not a byte more. */
class BoundedWriter extends Writer<Uint8Array> {
  readonly #bytes: Uint8Array;
  #length = 0;

  constructor(sizeBytes: number) {
    super();
    this.#bytes = new Uint8Array(sizeBytes);
  }

  override async writeUint8Array(array: Uint8Array): Promise<void> {
    if (this.#length + array.length > this.#bytes.length) throw refused('A part is larger than it says.');
    this.#bytes.set(array, this.#length);
    this.#length += array.length;
  }

  override async getData(): Promise<Uint8Array> {
    return this.#bytes.subarray(0, this.#length);
  }
}

function check(entry: Parameters<typeof isFile>[0], known: ReadonlyMap<string, unknown>): void {
  const { filename: name } = entry;
  if (!isSafeName(entry.directory ? name.replace(/\/$/, '') : name))
    throw refused('A name in it would lead out of the folder it is unpacked in.');
  if (known.has(name)) throw refused('It holds two parts of one name.');
  if (!isFile(entry)) return;
  if (entry.encrypted) throw refused('It is encrypted, which no recording is.');
  if (entry.compressionMethod !== STORED && (isSegmentName(name) || entry.compressionMethod !== DEFLATED))
    throw refused('A part is compressed that has to lie there as it is.');
  if (entry.compressionMethod === STORED && entry.compressedSize !== entry.uncompressedSize)
    throw refused('A part says two sizes.');
}

type Listed = Awaited<ReturnType<ZipReader<unknown>['getEntries']>>[number];
const isFile = (entry: Listed): entry is FileEntry => !entry.directory;

async function refuseOther(source: ByteSource): Promise<void> {
  if (source.sizeBytes === 0) throw new BundleError('truncated', 'The file is empty. Download or copy it again.');
  const start = await source.read(0, Math.min(4, source.sizeBytes));
  const isZip = start[0] === 0x50 && start[1] === 0x4b && (start[2] === 3 || start[2] === 5 || start[2] === 0x30);
  if (!isZip)
    throw new BundleError(
      'notABundle',
      'This is no recording of Sandglass. Choose a file that ends in .sandglass, made with “Download recording”.',
    );
}

const refused = (why: string) =>
  new BundleError('refused', `${why} Sandglass makes no such file; it was not opened. Ask who sent it for a new one.`);
const damaged = (name: string, cause?: unknown) =>
  new BundleError(
    'damaged',
    `A part of the recording (${name}) is not as it was written. The rest can be watched; download or copy the file again.`,
    cause,
  );

/** Whatever the library says of a broken file. */
function asBundleError(error: unknown, name?: string): BundleError {
  if (error instanceof BundleError) return error;
  if (name !== undefined) return damaged(name, error);
  return new BundleError(
    'truncated',
    'The list at the end of the file cannot be read: it was cut off or changed on its way. Download or copy it again.',
    error,
  );
}
