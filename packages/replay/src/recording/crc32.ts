/** CRC-32 (IEEE 802.3), as zlib computes it; for readers that have no zlib. */
const table = new Uint32Array(256).map((_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** @param initial the checksum of what comes before `bytes` */
export function crc32(bytes: Uint8Array, initial = 0): number {
  let sum = ~initial;
  for (const byte of bytes) sum = (sum >>> 8) ^ table[(sum ^ byte) & 0xff]!;
  return ~sum >>> 0;
}
