/** The library's way to our bytes, with bounds: whatever a file says of itself, no more than this is read at a time. */
import { Reader } from '@zip.js/zip.js/index-native.js';
import { BundleError } from './bundleError.ts';
import type { ByteSource } from './byteSource.ts';
import { bundleLimits } from './limits.ts';

export class ZipSource extends Reader<ByteSource> {
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    super(source);
    this.#source = source;
    (this as unknown as { size: number }).size = source.sizeBytes;
  }

  override async readUint8Array(offset: number, length: number): Promise<Uint8Array> {
    return await readExactly(this.#source, offset, length);
  }
}

/** @throws BundleError truncated, or refused when it is out of all bounds */
export async function readExactly(source: ByteSource, offset: number, length: number): Promise<Uint8Array> {
  if (!(length >= 0 && length <= bundleLimits.readBytes))
    throw new BundleError('refused', 'The file asks for more memory than any recording needs. It was not opened.');
  if (!(offset >= 0 && offset + length <= source.sizeBytes))
    throw new BundleError('truncated', 'The file is shorter than it says: it was cut off. Download or copy it again.');
  const bytes = await source.read(offset, length);
  if (bytes.length !== length)
    throw new BundleError('truncated', 'The file became shorter while it was read. Download or copy it again.');
  return bytes;
}
