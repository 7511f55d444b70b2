/** Bytes as people read them: an offset, sixteen of them, and what they are as text. */
export interface HexRow {
  readonly offset: string;
  readonly bytes: string;
  readonly text: string;
}

const PER_ROW = 16;

export function hexRows(bytes: Uint8Array, offset: number): HexRow[] {
  const rows: HexRow[] = [];
  for (let at = 0; at < bytes.length; at += PER_ROW) {
    const row = [...bytes.subarray(at, at + PER_ROW)];
    const pairs = row.map((byte) => byte.toString(16).padStart(2, '0'));
    rows.push({
      offset: (offset + at).toString(16).padStart(8, '0'),
      bytes: `${pairs.slice(0, 8).join(' ').padEnd(23)}  ${pairs.slice(8).join(' ').padEnd(23)}`,
      text: row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·')).join(''),
    });
  }
  return rows;
}

const signatures: readonly (readonly [string, string])[] = [
  ['7f454c46', 'ELF program'],
  ['89504e47', 'PNG picture'],
  ['ffd8ff', 'JPEG picture'],
  ['47494638', 'GIF picture'],
  ['25504446', 'PDF document'],
  ['504b0304', 'ZIP archive'],
  ['1f8b', 'gzip archive'],
  ['fd377a58', 'xz archive'],
  ['28b52ffd', 'zstd archive'],
  ['425a68', 'bzip2 archive'],
  ['53514c69746520666f726d6174', 'SQLite database'],
  ['0061736d', 'WebAssembly'],
  ['52494646', 'RIFF (WAV, AVI, WebP)'],
  ['4f676753', 'Ogg audio or video'],
  ['494433', 'MP3 audio'],
];

/** What the first bytes say it is; undefined when they say nothing known. */
export function findType(bytes: Uint8Array): string | undefined {
  const start = [...bytes.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return signatures.find(([signature]) => start.startsWith(signature))?.[1];
}
