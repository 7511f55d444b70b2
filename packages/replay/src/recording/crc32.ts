/** CRC-32 (IEEE 802.3), as zlib computes it; for readers that have no zlib. */
const table = new Uint32Array(256).map((_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});
/** What a byte becomes when one, two and three more have gone through: four bytes a step, a third of the time. */
const second = table.map((value) => (value >>> 8) ^ table[value & 0xff]!);
const third = second.map((value) => (value >>> 8) ^ table[value & 0xff]!);
const fourth = third.map((value) => (value >>> 8) ^ table[value & 0xff]!);

/** @param initial the checksum of what comes before `bytes` */
export function crc32(bytes: Uint8Array, initial = 0): number {
  let sum = ~initial;
  let at = 0;
  for (const end = bytes.length - 3; at < end; at += 4) {
    sum ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    sum = fourth[sum & 0xff]! ^ third[(sum >>> 8) & 0xff]! ^ second[(sum >>> 16) & 0xff]! ^ table[sum >>> 24]!;
  }
  for (; at < bytes.length; at++) sum = (sum >>> 8) ^ table[(sum ^ bytes[at]!) & 0xff]!;
  return ~sum >>> 0;
}
