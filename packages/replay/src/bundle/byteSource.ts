/** Where the bytes of a bundle are: a file that was dropped, or one on a server. Only what is asked for is read. */
export interface ByteSource {
  readonly sizeBytes: number;
  /** Fewer only where the file ends. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

export const blobBytes = (blob: Blob): ByteSource => ({
  sizeBytes: blob.size,
  read: async (offset, length) => new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer()),
});

export const memoryBytes = (bytes: Uint8Array): ByteSource => ({
  sizeBytes: bytes.length,
  read: async (offset, length) => bytes.slice(offset, offset + length),
});
